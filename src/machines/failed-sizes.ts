/** RFC 8899 section 5.1.2: after this many consecutive failed probes a size counts as not carried. */
export const MAX_PROBES = 3

/** Consecutive failed probes of each size (PROBE_COUNT). */
export class FailedSizes {
  readonly #counts = new Map<number, number>()

  add(size: number): void {
    this.#counts.set(size, (this.#counts.get(size) ?? 0) + 1)
  }

  /** An ICMP error reports that this size is not carried. */
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
