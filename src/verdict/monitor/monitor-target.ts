import type { Nanos } from '../../base/nanos.ts'

/** A target as configured. */
export interface MonitorTarget {
  /** host:port. */
  readonly target: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  readonly sizes: readonly number[]
  /** The one size of this target, if its module has several, each with a target of its own. */
  readonly size?: number
  /** Metrics have a series for each flow, instead of their sum. */
  readonly perFlow?: boolean
  /** Metrics have one-way delays. */
  readonly oneWay?: boolean
  /** Upper bounds of the buckets of delays in seconds, ascending. Absent: powers of two. */
  readonly bounds?: readonly number[]
  readonly interval: Nanos
  readonly timeout: Nanos
  /** Number of flows, each from its own source port. */
  readonly flows: number
}
