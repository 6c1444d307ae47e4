import type { RecentProbe } from '../../verdict/recent-probe.ts'

/** Number of runs, and bytes (UTF-16) of all their logs together and of a single one. */
const MOST_RUNS = 100
const MOST_BYTES = 4 * 1024 * 1024
const LONGEST_LOG = 256 * 1024

const CUT = '\n… the rest is cut\n'

interface Entry {
  readonly probe: RecentProbe
  readonly log: string
}

/** The last runs of `/probe` with their logs, in bounded memory. */
export class ProbeHistory {
  readonly #entries: Entry[] = []
  #nextId = 1
  #bytes = 0

  /** Adds a run, and drops the oldest ones that are too many. */
  add(probe: Omit<RecentProbe, 'id'>, log: string): void {
    const bounded = log.length * 2 > LONGEST_LOG ? `${log.slice(0, LONGEST_LOG / 2 - CUT.length)}${CUT}` : log
    this.#entries.push({ probe: { id: this.#nextId, ...probe }, log: bounded })
    this.#nextId += 1
    this.#bytes += bounded.length * 2
    while (this.#entries.length > MOST_RUNS || this.#bytes > MOST_BYTES)
      this.#bytes -= (this.#entries.shift()?.log.length ?? 0) * 2
  }

  /** The newest first. */
  get recent(): readonly RecentProbe[] {
    return this.#entries.map(({ probe }) => probe).toReversed()
  }

  /** Undefined: there was none with this number, or it was dropped. */
  log(id: number): string | undefined {
    return this.#entries.find(({ probe }) => probe.id === id)?.log
  }
}
