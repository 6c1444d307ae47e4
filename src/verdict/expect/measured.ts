import type { Nanos } from '../../base/nanos.ts'

/** What is not known of a count. */
export interface Unknown {
  /** So many more may belong to it. */
  readonly most: number
  /** So many of it may not belong to it; absent: none. */
  readonly fewer?: number
  /** What these are: `15 lostUnknown`. */
  readonly what: string
}

/**
 * The measurements of a finished run that an expectation can name. It hides the ledger and the statistics, so that expectations
 * depend on neither. What was not observed is undefined, never 0.
 */
export interface Measured {
  /** A count (`loss`, `truncated`, a fate, …) or a number of bytes (`mtu`, `maxIntactSize`): what is proved. */
  count(metric: string): number | undefined
  /** How far a count may differ from what was counted; undefined: not at all. */
  unknown(metric: string): Unknown | undefined
  /** What a ratio of this metric is a ratio of: the scheduled probes; for `reordered` and `duplicates` the replies. */
  base(metric: string): number
  /** A duration (`rtt.p99`, `jitter`, …) in which a probe without a reply counts as infinite (RFC 7679). */
  duration(metric: string): Nanos | undefined
  /** How many samples a duration was computed from. */
  sampleCount(metric: string): number
  /** Why a metric is absent: `the server gives no receipts`. */
  reason(metric: string): string | undefined
}
