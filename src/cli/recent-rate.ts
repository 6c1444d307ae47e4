/** A rate is of the last few seconds, or of the last few events if these took longer. */
const SPAN_MS = 5000
const LEAST_EVENTS = 10

/** How often something happens, lately. Bounded: it remembers the moments at which a count was another one than before. */
export class RecentRate {
  readonly #seen: { readonly at: number; readonly count: number }[] = []

  /** Notes a count at a moment in ms, and gives the events a second; undefined where too little was seen. */
  note(at: number, count: number): number | undefined {
    const seen = this.#seen
    if (seen.at(-1)?.count !== count) seen.push({ at, count })
    while (seen.length > 2 && this.#isOld(at, count)) seen.shift()
    const [first] = seen
    if (first === undefined || first.count === count || at <= first.at) return undefined
    return ((count - first.count) * 1000) / (at - first.at)
  }

  /** Whether the first is not needed any more, because the second says enough. */
  #isOld(at: number, count: number): boolean {
    const second = this.#seen[1]
    return second !== undefined && at - second.at >= SPAN_MS && count - second.count >= LEAST_EVENTS
  }
}
