import { MILLISECOND, SECOND, type Nanos } from '../../../src/base/nanos.ts'
import { PathMtuSearch, type MtuSearchOptions } from '../../../src/machines/path-mtu-search.ts'

/** A path as a search sees it, packet by packet. */
export interface PathModel {
  /** MTU of the host's own interface. */
  readonly local?: number
  /** Whether the n-th packet, of this size, is answered at this time. */
  carries(size: number, n: number, now: Nanos): boolean
  /** The MTU that a router reports if one of this size is not; undefined: none. */
  says?(size: number): number | undefined
}

export interface Searched {
  readonly search: PathMtuSearch
  readonly probes: number
  readonly lasted: Nanos
  /** How often each size was probed. */
  readonly times: ReadonlyMap<number, number>
}

export const IPV4: MtuSearchOptions = { least: 68, base: 1220, largest: 65_535 }
export const IPV6: MtuSearchOptions = { least: 1280, base: 1280, largest: 65_575 }

const MOST_PROBES = 2000

/** The time after which a probe without an answer has failed. */
const TIMER = SECOND

/** Runs a search on this path to its end: a round lasts until every probe has an outcome. */
export function searchOn(path: PathModel, options: MtuSearchOptions = IPV4): Searched {
  const search = new PathMtuSearch(options)
  const times = new Map<number, number>()
  let now = 0
  let probes = 0
  for (;;) {
    const sizes = search.next()
    if (sizes.length === 0) return { search, probes, lasted: now, times }
    let round = MILLISECOND
    for (const size of sizes) {
      probes += 1
      if (probes > MOST_PROBES) throw new Error('the search does not end')
      times.set(size, (times.get(size) ?? 0) + 1)
      const said = path.says?.(size)
      if (size > (path.local ?? Infinity)) search.refused(size)
      else if (path.carries(size, probes, now)) search.acknowledged(size)
      else if (said !== undefined) search.tooBig(size, said)
      else {
        search.lost(size)
        round = TIMER
      }
    }
    now += round
  }
}
