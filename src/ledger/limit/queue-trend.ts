import type { Nanos } from '../../base/nanos.ts'

/** How the time in the queue of one passage changed during a run. */
export interface QueueTrend {
  readonly direction: 'forward' | 'return' | 'roundTrip'
  /** Median above the smallest delay: over the run, in its first and in its last quarter, ns. */
  readonly median: Nanos
  readonly first: Nanos
  readonly last: Nanos
  /** 95th percentile, ns. */
  readonly p95: Nanos
  /** Growth in the longest steady rise, ns of queue for each second; 0: none. */
  readonly growth: number
  /** It still grew at the end: more was offered than passed, although nothing needs to be lost yet. */
  readonly isGrowing: boolean
  /** Bytes a second that came out of the queue while it grew or was full (IP layer). NaN: no such period. */
  readonly drained: number
}
