import type { Address } from '../../base/address.ts'
import { createFateCounts, FATES } from '../../ledger/fate.ts'
import { sumBuckets } from './delay-buckets.ts'
import type { FlowTotals } from './flow-totals.ts'
import { ICMP_KINDS } from './icmp-kind.ts'

/** Counters of a target since the start, for metrics. They never decrease. */
export interface MeasuredTarget {
  /** As configured: host:port. */
  readonly target: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  /** The one size of this target, if its module has several, each with a target of its own. */
  readonly size?: number
  /** Metrics have a series for each flow, instead of their sum. */
  readonly perFlow: boolean
  /** Where the probes go. Absent: the name has no address yet. */
  readonly address?: Address
  readonly resolveFailures: number
  /** In the order of the flows. */
  readonly flows: readonly FlowTotals[]
}

/** The sum of several flows. Of values that are no counts, that of the flow with the last reply. */
export function sumFlows(flows: readonly FlowTotals[]): FlowTotals | undefined {
  const [first] = flows
  if (first === undefined || flows.length === 1) return first
  const sum = (read: (flow: FlowTotals) => number): number => flows.reduce((total, flow) => total + read(flow), 0)
  const latest = flows.reduce((one, other) => ((other.lastReplyAt ?? 0) > (one.lastReplyAt ?? 0) ? other : one))
  const fates = createFateCounts()
  for (const fate of FATES) fates[fate] = sum(flow => flow.fates[fate])
  const icmp = { ...latest.icmp }
  for (const kind of ICMP_KINDS) icmp[kind] = sum(flow => flow.icmp[kind])
  const oneWay = flows.flatMap(flow => flow.oneWay ?? [])
  const [forward, back] = [sumBuckets(oneWay.map(each => each.forward)), sumBuckets(oneWay.map(each => each.return))]
  const isCounted = flows.some(({ drops }) => drops !== undefined)
  return {
    ...latest,
    port: undefined,
    fates,
    icmp,
    rtt: sumBuckets(flows.map(({ rtt }) => rtt)) ?? first.rtt,
    duplicates: sum(flow => flow.duplicates),
    reordered: sum(flow => flow.reordered),
    strays: { foreign: sum(flow => flow.strays.foreign), unidentified: sum(flow => flow.strays.unidentified) },
    missed: sum(flow => flow.missed),
    paused: sum(flow => flow.paused),
    inFlight: sum(flow => flow.inFlight),
    outages: sum(flow => flow.outages),
    outageSeconds: sum(flow => flow.outageSeconds),
    overdue: sum(flow => flow.overdue),
    oneWay: forward === undefined || back === undefined ? undefined : { forward, return: back },
    drops: isCounted ? sum(flow => flow.drops ?? 0) : undefined,
  }
}
