/** RFC 8899 section 5.1.2: so many probes of a size must fail, one after the other, before it counts as not carried. */
export const MAX_PROBES = 3

/** How often in a row probes of each size have failed (PROBE_COUNT). */
export class FailedSizes {
  readonly #counts = new Map<number, number>()

  add(size: number): void {
    this.#counts.set(size, (this.#counts.get(size) ?? 0) + 1)
  }

  /** An ICMP error says that this size is not carried. */
  exclude(size: number): void {
    this.#counts.set(size, MAX_PROBES)
  }

  isExcluded(size: number): boolean {
    return (this.#counts.get(size) ?? 0) >= MAX_PROBES
  }

  /** The smallest failed size above this one; Infinity: none. */
  smallestAbove(size: number): number {
    return Math.min(Infinity, ...[...this.#counts.keys()].filter(failed => failed > size))
  }

  clear(size: number): void {
    this.#counts.delete(size)
  }

  reset(): void {
    this.#counts.clear()
  }
}
