import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { endOfRows, type RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { SettledProbes, type SettledRow } from '../../../src/ledger/settled-probes.ts'
import { foreignEcho } from '../../simulation/foreign.ts'
import { simulate, type Simulated, type Simulation } from '../../simulation/simulate.ts'
import { networkOf, probePlan, responderPlan } from '../machines/plans.ts'

interface Watched extends Simulated {
  readonly analysis: Analysis
  /** The first fate of each probe, and its time of arrival here. */
  readonly rows: readonly (SettledRow & { readonly takenAt: number })[]
}

/** The run, and what a reader of its live facts was handed. */
function watch(plan: Simulation, earlyReceipts: boolean): Watched {
  const rows: (SettledRow & { readonly takenAt: number })[] = []
  let stream: SettledProbes | undefined
  let fold: RunFold | undefined
  const simulated = simulate({
    ...plan,
    probe: { ...plan.probe, earlyReceipts },
    onStep(live, now) {
      stream ??= new SettledProbes(live)
      if (plan.probe.summary) fold ??= new RunFold(live)
      for (const one of stream.advance(now)) rows.push({ ...one, takenAt: now })
      fold?.foldFinal()
    },
  })
  const { facts } = simulated
  const analysis = analyzeRun(facts, fold)
  for (const one of stream?.finish(analysis.tally.classifier) ?? []) rows.push({ ...one, takenAt: facts.closedAt })
  return { ...simulated, analysis, rows: rows.filter(({ kind }) => kind === 'settled') }
}

/** When copies of a probe reached the server program. */
function reachedAt({ truth, facts }: Simulated, row: number): readonly number[] {
  const client = row % facts.plan.clients
  const records = truth.clients[client]?.up.records.get((row - client) / facts.plan.clients) ?? []
  return records.filter(({ fate }) => fate === 'delivered').map(({ arrivedAt }) => arrivedAt)
}

/** Send time, outcome and receipt of each probe. */
function columnsOf({ probes, clients }: RunFacts): readonly (readonly number[])[] {
  const end = endOfRows(clients)
  const [page] = probes.pages
  if (page === undefined || end > PAGE_ROWS) throw new Error('not one page')
  return [page.sent, page.outcome, page.traits].map(column => Array.from(column.subarray(0, end)))
}

const ms = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max }).map(n => n * MILLISECOND)
const blackout = fc.record({ rule: fc.constant('blackout' as const), start: ms(200, 9000), length: ms(50, 2500) })
const delay = fc.record({ rule: fc.constant('delay' as const), base: ms(0, 900), jitter: fc.constant(0) })
const rules = fc.tuple(fc.array(blackout, { maxLength: 4 }), fc.array(delay, { maxLength: 1 })).map(all => all.flat())

/** Networks whose impairments depend on time only, so that further datagrams change nothing for the probes. */
const timedRun: fc.Arbitrary<Simulation> = fc
  .record({
    clients: fc.integer({ min: 1, max: 3 }),
    sizes: fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 3 }),
    interval: ms(60, 900),
    burst: fc.integer({ min: 1, max: 3 }),
    window: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 2 }),
    timeout: ms(50, 1200),
    summary: fc.boolean(),
    serverDelay: fc.constantFrom(0, 0, 300, 1500),
    mode: fc.constantFrom('upper' as const, 'echo' as const, 'discard' as const),
    up: rules,
    down: rules,
    latency: ms(0, 80),
    icmp: fc.constantFrom('queue' as const, 'errno' as const),
    server: fc.constantFrom('udptool', 'udptool', 'udptool', 'foreign', 'closed'),
  })
  .map(({ clients, interval, serverDelay, mode, up, down, latency, icmp, server, window, ...rest }) => ({
    probe: probePlan({
      ...rest,
      clients,
      interval,
      count: Math.ceil((8 * SECOND) / interval),
      ...(window === undefined ? {} : { window }),
    }),
    network: networkOf({ up, down, latency, icmp }),
    ...(server === 'closed'
      ? {}
      : { respond: server === 'foreign' ? foreignEcho : responderPlan({ mode, delay: serverDelay * MILLISECOND }) }),
  }))

test('property: the ledger is the same, and no probe leaves at another time', () => {
  fc.assert(
    fc.property(timedRun, plan => {
      const [without, told] = [watch(plan, false), watch(plan, true)]
      expect(told.facts.startedAt).toBe(without.facts.startedAt)
      expect(told.facts.closedAt).toBe(without.facts.closedAt)
      expect(columnsOf(told.facts)).toEqual(columnsOf(without.facts))
      expect(told.analysis.tally.total.fates).toEqual(without.analysis.tally.total.fates)
      for (const [n, { receipts, unidentified, foreign, duplicates }] of told.facts.clients.entries()) {
        const other = without.facts.clients[n]
        expect(receipts).toEqual(other?.receipts)
        expect([unidentified, foreign, duplicates]).toEqual([other?.unidentified, other?.foreign, other?.duplicates])
      }
    }),
    { numRuns: 40 },
  )
})

test('property: the reported direction of a loss is what the network did until then', () => {
  const seen = { lostForward: 0, lostReturn: 0 }
  fc.assert(
    fc.property(timedRun, plan => {
      const run = watch(plan, true)
      const { timeout } = run.facts.plan
      expect(run.rows).toHaveLength(run.facts.clients.reduce((sum, { scheduled }) => sum + scheduled, 0))
      for (const { row, page, fate, told, at, takenAt } of run.rows) {
        const sent = page.sent[row % PAGE_ROWS] ?? NaN
        expect(at).toBeLessThanOrEqual(takenAt)
        if (told === undefined) continue
        const asked = sent + timeout
        expect(told.at).toBeGreaterThanOrEqual(asked)
        const reached = reachedAt(run, row)
        // The server program takes what has arrived before it answers the request.
        if (fate === 'lostForward') expect(reached.every(time => time >= asked)).toBe(true)
        else expect(reached.some(time => time <= told.at)).toBe(true)
        if (fate === 'lostForward' || fate === 'lostReturn') seen[fate] += 1
      }
    }),
    { numRuns: 40 },
  )
  expect(seen.lostForward).toBeGreaterThan(0)
  expect(seen.lostReturn).toBeGreaterThan(0)
})

describe('a run of a probe a second', () => {
  const probe = probePlan({ count: 20, interval: SECOND, timeout: SECOND, summary: true })
  test('each loss has its direction soon after its timeout, in both directions', () => {
    const { rows } = watch(
      {
        probe: { ...probe, interval: SECOND + 200 * MILLISECOND },
        respond: responderPlan(),
        network: networkOf({
          up: [{ rule: 'blackout', start: 4.7 * SECOND, length: 0.2 * SECOND }],
          down: [{ rule: 'blackout', start: 9.5 * SECOND, length: 0.2 * SECOND }],
        }),
      },
      true,
    )
    const lost = rows.filter(({ fate }) => fate !== 'intact')
    expect(lost.map(({ row, fate, page, told }) => [row, fate, (told?.at ?? 0) - (page.sent[row] ?? 0)])).toEqual([
      [4, 'lostForward', 1002 * MILLISECOND],
      [8, 'lostReturn', 1002 * MILLISECOND],
    ])
  })

  test('the last probe has its direction with the receipts of the ledger', () => {
    const { rows } = watch(
      {
        probe: { ...probe, count: 3 },
        respond: responderPlan(),
        network: networkOf({ up: [{ rule: 'blackout', start: 1.9 * SECOND, length: 0.2 * SECOND }] }),
      },
      true,
    )
    expect(rows.at(-1)).toMatchObject({ row: 2, fate: 'lostForward', told: { mayArrive: false } })
  })

  test('without an answer a loss is handed over a while after its timeout', () => {
    const { rows } = watch(
      {
        probe: { ...probe, count: 12 },
        respond: responderPlan(),
        network: networkOf({ down: [{ rule: 'blackout', start: 3.5 * SECOND, length: 60 * SECOND }] }),
      },
      true,
    )
    const lost = rows.filter(({ fate }) => fate !== 'intact')
    expect(lost.map(({ row }) => row)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    for (const { row, page, at, told, takenAt } of lost.slice(0, 4)) {
      expect(told).toBeUndefined()
      expect(at - (page.sent[row] ?? 0)).toBeLessThan(2.6 * SECOND)
      expect(takenAt - at).toBeLessThan(SECOND)
    }
    // After five requests in vain nothing is awaited.
    expect(lost.at(-2)?.at).toBe((lost.at(-2)?.page.sent[10] ?? 0) + SECOND)
  })

  test('of a server without receipts a loss is handed over at its timeout', () => {
    const { rows, facts } = watch(
      { probe, respond: foreignEcho, network: networkOf({ up: [{ rule: 'dropEvery', every: 4 }] }) },
      true,
    )
    for (const { row, fate, page, at } of rows.filter(one => one.fate !== 'intact')) {
      expect(fate).toBe('lostUnknown')
      expect(at).toBe((page.sent[row] ?? 0) + facts.plan.timeout)
    }
  })

  test('the order is that of the times', () => {
    const { rows } = watch(
      {
        probe: { ...probe, interval: 100 * MILLISECOND, count: 200 },
        respond: responderPlan(),
        network: networkOf({ up: [{ rule: 'drop', ratio: 0.1 }], down: [{ rule: 'drop', ratio: 0.1 }] }),
      },
      true,
    )
    const told = rows.filter(row => row.told !== undefined)
    expect(told.length).toBeGreaterThan(20)
    expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).toSorted((one, other) => one - other))
  })
})

test('a probe that arrives after the server was asked: the line names the time, the ledger has the last word', () => {
  const run = watch(
    {
      probe: { ...probePlan({ count: 40, interval: SECOND, timeout: SECOND, summary: true }), linger: 3 * SECOND },
      respond: responderPlan(),
      network: networkOf({
        seed: 2,
        up: [{ rule: 'reorder', ratio: 0.5, delay: 1500 * MILLISECOND }],
        down: [{ rule: 'dropEvery', every: 3 }],
      }),
    },
    true,
  )
  const told = run.rows.filter(({ fate }) => fate === 'lostForward')
  expect(told.length).toBeGreaterThan(3)
  // Before the first late reply nothing shows that probes may come so late.
  expect(told.slice(1).every(row => row.told?.mayArrive === true)).toBe(true)
  expect(told.every(({ row }) => reachedAt(run, row).length > 0)).toBe(true)
  const { fates } = run.analysis.tally.total
  expect(fates.lostForward).toBe(0)
  expect(fates.lostReturn).toBeGreaterThan(0)
  expect(fates.lostReturn + fates.late + fates.intact).toBe(40)
})
