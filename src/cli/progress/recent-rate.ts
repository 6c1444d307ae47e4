/** The rate covers this time, or more if the last few events took longer, ms. */
const SPAN_MS = 5000
const LEAST_EVENTS = 10

/** The recent rate of events. Bounded: keeps only the moments when the count changed. */
export class RecentRate {
  readonly #seen: { readonly at: number; readonly count: number }[] = []

  /** Records a count at a moment in ms. Returns the events per second, undefined if there is too little data. */
  note(at: number, count: number): number | undefined {
    const seen = this.#seen
    if (seen.at(-1)?.count !== count) seen.push({ at, count })
    while (seen.length > 2 && this.#isOld(at, count)) seen.shift()
    const [first, last, before] = [seen[0], seen.at(-1), seen.at(-2)]
    if (first === undefined || last === undefined || before === undefined || at <= first.at) return undefined
    // A slow rate must not fall while the next event is not due yet: from the first change to the last, but at most as if as many events
    // as at the last change came now.
    const steady = (count - first.count) / (last.at - first.at)
    const most = (count - first.count + last.count - before.count) / (at - first.at)
    return 1000 * Math.min(steady, most)
  }

  /** Whether the first entry can be dropped, because the second suffices. */
  #isOld(at: number, count: number): boolean {
    const second = this.#seen[1]
    return second !== undefined && at - second.at >= SPAN_MS && count - second.count >= LEAST_EVENTS
  }
}
