import type { Result } from '../result.ts'
import { searchAnswer } from '../search/search-answer.ts'

/** What a search (`mtu` or `sweep`) found. What it did not find is absent. */
export interface SearchFindings {
  /** The path MTU, IP header included, bytes. */
  readonly pathMtu?: number
  /** Whether larger packets vanish without an ICMP error. */
  readonly blackHole?: boolean
  /** The largest payload of a sweep that came back whole, bytes. */
  readonly maxIntactSize?: number
  /** Why nothing was found. */
  readonly failure?: string
}

/** The last search of a target that is searched periodically, for metrics. */
export interface SearchResult extends SearchFindings {
  /** As configured: host:port. */
  readonly target: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  readonly run: 'mtu' | 'sweep'
  /** When the search ended, ms since 1970. */
  readonly endedAt: number
}

/** The findings of a finished search. An interrupted one tested only some sizes, so its largest is not that of the path. */
export function searchFindings(result: Pick<Result, 'sweep' | 'mtu' | 'interrupted'>): SearchFindings {
  const { mtu, sweep, interrupted } = result
  if (interrupted) return { failure: 'it was interrupted' }
  if (mtu?.path !== undefined)
    return { pathMtu: mtu.path, ...(mtu.blackHole === undefined ? {} : { blackHole: mtu.blackHole }) }
  if (sweep?.maxIntactSize !== undefined) return { maxIntactSize: sweep.maxIntactSize }
  return { failure: searchAnswer(result) ?? 'it was no search' }
}
