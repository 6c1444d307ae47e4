import type { Nanos } from '../../base/nanos.ts'
import type { Rate } from '../../base/rate.ts'

/** The uncertainty of a count. */
export interface Unknown {
  /** This many more may belong to it. */
  readonly most: number
  /** This many of it may not belong to it; absent: none. */
  readonly fewer?: number
  /** Their description: `15 lostUnknown`. */
  readonly what: string
}

/** The result of a search for the highest rate of one size. */
export interface FoundRate {
  /** Payload bytes of a datagram. */
  readonly size: number
  readonly perSecond: number
  /** The search was interrupted or reached its upper bound, so a higher rate may hold too. */
  readonly isLowerBound: boolean
}

/**
 * The metrics of a finished run that expectations can name. It hides the ledger and the statistics, so that expectations depend on neither.
 * A metric that was not observed is undefined, never 0.
 */
export interface Measured {
  /** A count (`loss`, `truncated`, a fate, …) or a number of bytes (`mtu`, `maxIntactSize`): what is proved. */
  count(metric: string): number | undefined
  unknown(metric: string): Unknown | undefined
  /** The base of a ratio: the scheduled probes; for `reordered` and `duplicates` the replies. */
  base(metric: string): number
  /** A duration (`rtt.p99`, `jitter`, …) in which a probe without a reply counts as infinite (RFC 7679). */
  duration(metric: string): Nanos | undefined
  /** The highest rate that held, for each size of the search in this order. Undefined: nothing searched it, or none held for a size. */
  rates(unit: Rate['unit']): readonly FoundRate[] | undefined
  /** How many samples a duration was computed from. */
  sampleCount(metric: string): number
  /** Why a metric is absent: `the server gives no receipts`. */
  reason(metric: string): string | undefined
}
