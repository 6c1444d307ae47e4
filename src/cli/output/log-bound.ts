/** Lines of one message that are written at once, and the time after which one more is, ms. */
const BURST = 20
const MS_PER_LINE = 1000

interface Bucket {
  lines: number
  at: number
  /** Lines that were left out since the last one. */
  leftOut: number
}

/**
 * Bounds the lines of a log, so that no stranger fills a disk: of each message a burst of 20, then one a second. Messages are texts of this
 * program, so there are few.
 */
export class LogBound {
  readonly #buckets = new Map<string, Bucket>()

  /** The number of lines of this message that were left out before, if the line may be written now. `now`: monotonic time, ms. */
  take(message: string, now: number): number | undefined {
    const bucket = this.#buckets.get(message) ?? { lines: BURST, at: now, leftOut: 0 }
    this.#buckets.set(message, bucket)
    bucket.lines = Math.min(BURST, bucket.lines + (now - bucket.at) / MS_PER_LINE)
    bucket.at = now
    if (bucket.lines < 1) {
      bucket.leftOut += 1
      return undefined
    }
    const { leftOut } = bucket
    bucket.lines -= 1
    bucket.leftOut = 0
    return leftOut
  }
}
