import type { Side } from './classifier.ts'
import type { DelayDistribution } from './delay-summary.ts'
import type { FateCounts } from './fate.ts'
import type { Outage } from './loss-pattern.ts'

/** Probes cut at one length, on one side. */
export interface Cut {
  readonly length: number
  readonly side: Side
  readonly count: number
}

/** The ledger of a group of a run's probes: all, those of one size, or those of one client. */
export interface Group {
  readonly fates: Readonly<FateCounts>
  readonly rtt: DelayDistribution
  readonly duplicates: number
  readonly reordered: number
  readonly foreign: number
  readonly unidentified: number
  readonly longestRun: number
  /** In order of their start. */
  readonly outages: readonly (Outage & { readonly client: number })[]
  readonly outagesOmitted: number
  /** Most frequent first. */
  readonly cuts: readonly Cut[]
}
