import { createFateCounts } from '../../../../src/ledger/fate.ts'
import { DELAY_BOUNDS } from '../../../../src/verdict/monitor/delay-buckets.ts'
import type { FlowTotals } from '../../../../src/verdict/monitor/flow-totals.ts'
import type { MeasuredTarget } from '../../../../src/verdict/monitor/measured-target.ts'

/** Totals in which every optional fact was observed. */
export const TOTALS: FlowTotals = {
  fates: { ...createFateCounts(), intact: 270, lostForward: 30 },
  rtt: { bounds: DELAY_BOUNDS, counts: DELAY_BOUNDS.map((_, n) => n).concat(7), sumSeconds: 12.5 },
  duplicates: 1,
  reordered: 2,
  strays: { foreign: 3, unidentified: 4 },
  overdue: 5,
  icmp: {
    port_unreachable: 1,
    host_unreachable: 2,
    net_unreachable: 3,
    admin_prohibited: 4,
    too_big: 5,
    ttl_exceeded: 6,
    other: 7,
  },
  missed: 6,
  paused: 7,
  drops: 8,
  cut: { length: 576, side: 'reply' },
  hopLimit: 61,
  tos: 184,
  jitterSeconds: 0.000_25,
  server: 'udptool',
  port: 40_000,
  inFlight: 10,
  outages: 1,
  outageSeconds: 30,
  lastReplyAt: 1_790_000_000_250,
  clock: { offsetSeconds: -0.012_5, errorSeconds: 0.000_2, skew: 1.5e-6 },
  oneWay: {
    forward: { bounds: [0.25, 1], counts: [1, 2, 3], sumSeconds: 4 },
    return: { bounds: [0.25, 1], counts: [4, 5, 6], sumSeconds: 7 },
  },
}

/** Totals in which nothing was observed yet. */
export const EMPTY: FlowTotals = {
  fates: createFateCounts(),
  rtt: { bounds: DELAY_BOUNDS, counts: DELAY_BOUNDS.map(() => 0).concat(0), sumSeconds: 0 },
  duplicates: 0,
  reordered: 0,
  strays: { foreign: 0, unidentified: 0 },
  overdue: 0,
  icmp: {
    port_unreachable: 0,
    host_unreachable: 0,
    net_unreachable: 0,
    admin_prohibited: 0,
    too_big: 0,
    ttl_exceeded: 0,
    other: 0,
  },
  missed: 0,
  paused: 0,
  drops: undefined,
  cut: undefined,
  hopLimit: undefined,
  tos: undefined,
  jitterSeconds: undefined,
  server: undefined,
  port: undefined,
  lastReplyAt: undefined,
  clock: undefined,
  inFlight: 0,
  outages: 0,
  outageSeconds: 0,
  oneWay: {
    forward: { bounds: [0.25, 1], counts: [0, 0, 0], sumSeconds: 0 },
    return: { bounds: [0.25, 1], counts: [0, 0, 0], sumSeconds: 0 },
  },
}

export function measured(partial: Partial<MeasuredTarget> = {}): MeasuredTarget {
  return {
    target: 't:9000',
    module: 'default',
    labels: {},
    perFlow: false,
    address: { address: '10.0.0.7', port: 9000, family: 'udp4' },
    resolveFailures: 0,
    flows: [TOTALS],
    ...partial,
  }
}
