import { resultSchema } from '../../../src/schema/result.ts'
import type { Result, ResultRate, ResultTrial } from '../../../src/verdict/result.ts'
import { savedResult } from './result-files.ts'

/** A trial at `pps`, of which `delivered` came back. */
export function trial(pps: number, delivered: number, changes: Partial<ResultTrial> = {}): ResultTrial {
  const scheduled = Math.round(pps * ((changes.durationMs ?? 2000) / 1000))
  const intact = Math.round((scheduled * delivered) / pps)
  const lost = scheduled - intact
  const loss = lost / Math.max(1, scheduled)
  return {
    purpose: 'ramp',
    size: 1200,
    pps,
    sentPps: pps,
    deliveredPps: delivered,
    durationMs: 2000,
    loss,
    held: loss <= 0.001,
    rttP50Ms: 0.6,
    rttP99Ms: 1.4,
    queueForwardMs: 0.1,
    queueReturnMs: 0.1,
    fates: { intact, ...(lost > 0 ? { lostForward: lost } : {}) },
    ...changes,
  }
}

/** A Result of `rate` that the schema accepts. Its ledger is the sum of its trials. */
export function rateResult(rate: Partial<ResultRate> & Pick<ResultRate, 'limit' | 'trials'>): Result {
  const base = savedResult('clean')
  const row = {
    size: 1200,
    limit: rate.limit,
    ...(rate.pps === undefined ? {} : { pps: rate.pps, bitsPerSecond: rate.pps * 9600 }),
    ...(rate.burst === undefined ? {} : { burst: rate.burst }),
  }
  const whole: ResultRate = {
    maxLoss: 0.001,
    ...row,
    sizes: [row],
    state: 'complete',
    ...rate,
  }
  const fates: Record<string, number> = { intact: 0 }
  for (const one of whole.trials)
    for (const [fate, count] of Object.entries(one.fates)) fates[fate] = (fates[fate] ?? 0) + (count ?? 0)
  const scheduled = Object.values(fates).reduce((sum, count) => sum + count, 0)
  const intact = fates['intact'] ?? 0
  const { rtt: _, rttNetwork: __, rttScheduled: ___, jitter: ____, confidence: _____, ...head } = base
  const ledger = { ...base.ledger, scheduled, sent: scheduled, replies: intact, received: intact, fates }
  const loss = {
    count: scheduled - intact,
    ...(scheduled === 0 ? {} : { ratio: (scheduled - intact) / scheduled }),
    longestRun: 0,
    outages: [],
  }
  const [client] = base.clients
  return resultSchema.parse({
    ...head,
    command: 'rate',
    options: { to: '10.2.0.1:9000', sizes: [1200], maxLoss: 0.001, toRate: '100Mbit' },
    interrupted: whole.state === 'interrupted',
    ledger,
    loss,
    sizes: [{ size: 1200, ledger, loss, truncation: { count: 0, cutAt: [] } }],
    clients: [{ run: client?.run ?? '1', ledger, loss }],
    expectations: [],
    verdict: intact > 0 ? 'pass' : 'fail',
    warnings: [],
    rate: whole,
  })
}

const RAMP = [100, 200, 400, 800]
const GROWING = {
  kind: 'shaper',
  direction: 'forward',
  bitsPerSecond: 10.47e6,
  queueMs: 50,
  reason: 'a queue grows',
  evidence: {},
} as const
const HELD = RAMP.map(pps => trial(pps, pps, { durationMs: 500 }))

/** A search that ended in each kind of limit. */
export const RATES = {
  shaper: rateResult({
    pps: 1060,
    bitsPerSecond: 1060 * 9600,
    limit: {
      kind: 'shaper',
      direction: 'forward',
      bitsPerSecond: 10.47e6,
      pps: 1066,
      unit: 'bits',
      burstBytes: 66_500,
      burstPackets: 54,
      queueMs: 50,
      reason:
        'the delay from client to server grows by 50 ms before datagrams are lost, and losses lie on a line of 10.5 Mbit/s',
      evidence: { explained: 2120, unexplained: 0 },
    },
    trials: [
      ...HELD,
      trial(1600, 1100, { durationMs: 500, queueForwardMs: 49.1, rttP50Ms: 49.6, rttP99Ms: 50.6 }),
      trial(2120, 1066, { purpose: 'overload', queueForwardMs: 49.8, rttP50Ms: 50.3, rttP99Ms: 50.9 }),
      trial(8480, 4260, { purpose: 'otherSize', size: 300, queueForwardMs: 49.9, rttP50Ms: 50.4, rttP99Ms: 50.9 }),
      trial(1045, 1045, { purpose: 'narrow', queueForwardMs: 0.3 }),
      trial(1060, 1060, { purpose: 'narrow', queueForwardMs: 0.9 }),
    ],
  }),
  policer: rateResult({
    pps: 1000,
    bitsPerSecond: 9.6e6,
    burst: { intact: 128, lossy: 256 },
    limit: {
      kind: 'policer',
      direction: 'return',
      pps: 1000,
      bitsPerSecond: 9.82e6,
      unit: 'packets',
      burstPackets: 200,
      burstBytes: 245_600,
      reason: 'losses lie on a line of 1000 datagrams/s, and the delay does not grow',
      evidence: { explained: 2004 },
    },
    trials: [
      ...HELD,
      trial(1600, 1210, { durationMs: 500, fates: { intact: 605, lostReturn: 195 } }),
      trial(2000, 1003, { purpose: 'overload', fates: { intact: 2006, lostReturn: 1994 } }),
      trial(4000, 1002, { purpose: 'otherSize', size: 300 }),
      trial(1000, 1000, { purpose: 'narrow' }),
      ...[64, 128, 256].map(burst => trial(burst, Math.min(burst, 200), { purpose: 'burst', burst, durationMs: 1000 })),
    ],
  }),
  none: rateResult({
    pps: 10_417,
    bitsPerSecond: 100e6,
    limit: { kind: 'none', reason: '100 Mbit/s, the highest rate allowed by --to-rate, held', evidence: {} },
    trials: [...HELD, ...[1600, 3200, 6400, 10_417].map(pps => trial(pps, pps))],
  }),
  receiver: rateResult({
    pps: 980,
    bitsPerSecond: 980 * 9600,
    limit: {
      kind: 'receiver',
      pps: 1000,
      reason: 'the server withholds replies above its own cap',
      evidence: { cap: true },
    },
    trials: [...HELD, trial(1600, 1000, { fates: { intact: 2000, lostServerPolicy: 1200 } })],
  }),
  unknown: rateResult({
    pps: undefined,
    limit: { kind: 'unknown', reason: 'about 5% is lost at every rate, so no rate limit causes it', evidence: {} },
    trials: [100, 1000].map(pps => trial(pps, pps * 0.95)),
  }),
  interrupted: rateResult({
    pps: 800,
    bitsPerSecond: 7.68e6,
    state: 'interrupted',
    limit: { kind: 'unknown', reason: 'the search was interrupted', evidence: {} },
    trials: HELD,
  }),
  unconfirmed: rateResult({
    pps: undefined,
    state: 'interrupted',
    limit: { kind: 'unknown', reason: 'the search stopped before a trial failed', evidence: {} },
    trials: HELD.slice(0, 2),
  }),
  silent: rateResult({
    pps: undefined,
    limit: { kind: 'unknown', reason: 'no reply came', evidence: {} },
    trials: [
      trial(100, 0, { rttP50Ms: undefined, rttP99Ms: undefined, queueForwardMs: undefined, queueReturnMs: undefined }),
    ],
  }),
  foreign: rateResult({
    pps: 1060,
    bitsPerSecond: 1060 * 9600,
    limit: { kind: 'unknown', pps: 1066, reason: 'the server does not report what it received', evidence: {} },
    trials: [...HELD, trial(2120, 1066, { rttP50Ms: 50.3, rttP99Ms: 51 })].map(one => ({
      ...one,
      queueForwardMs: undefined,
      queueReturnMs: undefined,
    })),
  }),
  sizes: rateResult({
    pps: 1060,
    bitsPerSecond: 1060 * 9600,
    limit: GROWING,
    sizes: [
      {
        size: 1200,
        pps: 1060,
        bitsPerSecond: 1060 * 9600,
        limit: GROWING,
      },
      { size: 64, limit: { kind: 'unknown', reason: 'nothing of this size came back', evidence: {} } },
    ],
    trials: [...HELD, trial(2120, 1066, { queueForwardMs: 49.8 }), trial(100, 0, { size: 64 })],
  }),
} satisfies Readonly<Record<string, Result>>
