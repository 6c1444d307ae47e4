import type { Nanos } from '../base/nanos.ts'

/**
 * What an expectation asks of a finished run, by metric name. The ledger and the figures of a run are put behind this, so
 * that expectations know neither. What was not observed is undefined, never 0.
 */
export interface Measured {
  /** A count (`loss`, `truncated`, a fate, …) or a number of bytes (`mtu`, `maxIntactSize`). */
  count(metric: string): number | undefined
  /** What a ratio of this metric is a ratio of: the scheduled probes; for `reordered` and `duplicates` the replies. */
  base(metric: string): number
  /** A duration (`rtt.p99`, `jitter`, …). */
  duration(metric: string): Nanos | undefined
  /** How many samples a duration was computed from. */
  sampleCount(metric: string): number
  /** Why a metric is absent: `the server gives no receipts`. */
  reason(metric: string): string | undefined
}
