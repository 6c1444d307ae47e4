import { bucketDepths, DEFAULT_CAP, drained, fits } from '../base/answer-cap.ts'
import type { Nanos } from '../base/nanos.ts'

const DEPTHS = bucketDepths(DEFAULT_CAP)

/**
 * What the default cap of a udptool server (docs/serve.md, Caps) would have answered if this run were its only traffic: the same bucket, filled
 * by the send times. It shows whether that cap explains what a server withheld.
 */
export class DefaultCap {
  /** Probes that would have been answered, and probes that each limit would have withheld. */
  answered = 0
  withheldByAnswers = 0
  withheldByBytes = 0
  #answers = 0
  #bytes = 0
  #at: Nanos = -Infinity

  /** The next probe in sending order that reached the server, as far as known. */
  push(sent: Nanos, size: number): void {
    // Probes of several clients are not exactly in time order.
    const elapsed = sent - this.#at
    if (elapsed > 0) {
      this.#answers = drained(DEPTHS.answers, this.#answers, elapsed)
      this.#bytes = drained(DEPTHS.bytes, this.#bytes, elapsed)
      this.#at = sent
    }
    if (!fits(DEPTHS.answers, this.#answers, 1, false)) this.withheldByAnswers += 1
    else if (!fits(DEPTHS.bytes, this.#bytes, size, false)) this.withheldByBytes += 1
    else {
      this.answered += 1
      this.#answers += 1
      this.#bytes += size
    }
  }
}
