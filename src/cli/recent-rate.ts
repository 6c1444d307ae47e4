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
    const [first] = seen
    if (first === undefined || first.count === count || at <= first.at) return undefined
    return ((count - first.count) * 1000) / (at - first.at)
  }

  /** Whether the first entry can be dropped, because the second suffices. */
  #isOld(at: number, count: number): boolean {
    const second = this.#seen[1]
    return second !== undefined && at - second.at >= SPAN_MS && count - second.count >= LEAST_EVENTS
  }
}
