import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { Classifier } from '../../../src/ledger/classifier.ts'
import { scheduledCount } from '../../../src/ledger/fate.ts'
import { ReplyCensus } from '../../../src/ledger/reply-census.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { SettledProbes, type SettledRow } from '../../../src/ledger/settled-probes.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import { foreignEcho } from '../../simulation/foreign.ts'
import { answered, crafted, cut, silent, times, unreachable } from './crafted.ts'
import { anyRun } from './runs.ts'

/** Takes settled probes after every event of a run, and the rest at its end. */
function take(plan: Simulation) {
  const rows: SettledRow[] = []
  const taken = new Map<number, number>()
  let stream: SettledProbes | undefined
  let fold: RunFold | undefined
  const { facts, truth } = simulate({
    ...plan,
    onStep(live, now) {
      stream ??= new SettledProbes(live)
      if (plan.probe.summary) fold ??= new RunFold(live)
      for (const one of stream.advance(now)) {
        rows.push(one)
        taken.set(one.row, now)
      }
      fold?.foldFinal()
    },
  })
  const analysis = analyzeRun(facts, fold)
  rows.push(...(stream?.finish(analysis.tally.classifier) ?? []))
  return { rows, facts, truth, analysis, taken }
}

const settledOf = (rows: readonly SettledRow[]): SettledRow[] => rows.filter(({ kind }) => kind === 'settled')

test('property: each scheduled probe is settled once, also in an interrupted run', () => {
  fc.assert(
    fc.property(anyRun, fc.boolean(), (plan, summary) => {
      const { rows, facts, analysis } = take({ ...plan, probe: { ...plan.probe, summary } })
      const scheduled = facts.clients.reduce((sum, client) => sum + client.scheduled, 0)
      const settled = settledOf(rows).map(({ row }) => row)
      expect(settled).toHaveLength(scheduled)
      expect(new Set(settled).size).toBe(scheduled)
      expect(scheduledCount(analysis.tally.total.fates)).toBe(scheduled)
    }),
    { numRuns: 30 },
  )
})

test('property: a reply that is in the facts at the end was handed over, as settled or as revised', () => {
  fc.assert(
    fc.property(anyRun, plan => {
      const { rows, facts } = take(plan)
      const last = new Map(rows.map(({ row, kind, fate }) => [row, { kind, fate }]))
      const classifier = new Classifier(facts, ReplyCensus.of(facts))
      // With both rules of replies the one that leads may change during the run.
      if (classifier.rule === 'mixed') return
      for (const [row, { fate }] of last) {
        const arrived = facts.probes.find(row)?.arrived[row % PAGE_ROWS] ?? Infinity
        expect(['intact', 'late', 'truncated', 'corrupt'].includes(fate)).toBe(arrived !== Infinity)
      }
    }),
    { numRuns: 30 },
  )
})

const probe: Simulation['probe'] = {
  clients: 1,
  runs: [7],
  sizes: [128],
  count: 20,
  interval: 100 * MILLISECOND,
  burst: 1,
  timeout: 300 * MILLISECOND,
  payload: { kind: 'text', seed: 1 },
  receipts: true,
  strayCheck: true,
  summary: true,
}

describe('when', () => {
  test('a reply is handed over at once, a loss after its timeout', () => {
    const up = [{ rule: 'drop', ratio: 0.3 }] as const
    const { rows, taken, facts } = take({
      probe,
      respond: foreignEcho,
      network: { seed: 4, up, down: [], latency: MILLISECOND },
    })
    const settled = settledOf(rows)
    expect(settled.some(({ fate }) => fate !== 'intact')).toBe(true)
    for (const { row, fate, at, page } of settled) {
      const sent = page.sent[row % PAGE_ROWS] ?? NaN
      const now = taken.get(row)
      if (fate === 'intact') expect([at, now]).toEqual([page.arrived[row % PAGE_ROWS], at])
      else expect(at).toBe(sent + facts.plan.timeout)
    }
  })
})

describe('what', () => {
  const end = 10 * SECOND

  test('fates of single probes', () => {
    const facts = crafted([answered(), silent(), cut(60), unreachable()])
    facts.icmp.push({ errno: 111 })
    const rows = new SettledProbes(facts).advance(end)
    expect(Object.fromEntries(rows.map(({ row, fate }) => [row, fate]))).toEqual({
      0: 'intact',
      1: 'lostUnknown',
      2: 'truncated',
      3: 'unreachable',
    })
  })

  test('nothing twice; a reply after the timeout and copies are told apart', () => {
    const facts = crafted([answered(), silent()])
    const stream = new SettledProbes(facts)
    expect(stream.advance(end)).toHaveLength(2)
    expect(stream.advance(end)).toEqual([])
    const [page] = facts.probes.pages
    const [client] = facts.clients
    if (page === undefined || client === undefined) throw new Error('no page')
    page.copies[0] = 2
    client.duplicates = 2
    for (const column of [page.outcome, page.traits]) column[1] = column[0] ?? 0
    page.arrived[1] = (page.sent[1] ?? 0) + 5 * SECOND
    expect(stream.advance(end).map(({ kind, row, fate }) => [kind, row, fate])).toEqual([
      ['revised', 1, 'late'],
      ['duplicate', 0, 'intact'],
    ])
    expect(stream.advance(end)).toEqual([])
  })
})

describe('memory', () => {
  test.each([
    ['a day of a probe a second', 86_400, SECOND],
    ['100 000 probes at a millisecond', 100_000, MILLISECOND],
  ])(
    '%s keeps a few pages',
    (_, count, interval) => {
      let most = 0
      let settled = 0
      let stream: SettledProbes | undefined
      let fold: RunFold | undefined
      let due = 0
      simulate({
        probe: { ...probe, count, interval },
        respond: foreignEcho,
        network: { seed: 1, up: [{ rule: 'dropEvery', every: 50 }], down: [], latency: MILLISECOND / 10 },
        onStep(facts, now) {
          if (now < due) return
          due = now + 100 * MILLISECOND
          stream ??= new SettledProbes(facts)
          fold ??= new RunFold(facts)
          settled += stream.advance(now).filter(({ kind }) => kind === 'settled').length
          fold.foldFinal()
          const live = facts.probes.pages.length - facts.probes.retired
          most = Math.max(most, live, stream.rememberedPages)
        },
      })
      expect(settled).toBeGreaterThan(count - 1000)
      expect(most).toBeLessThanOrEqual(3)
    },
    120_000,
  )
})

test('rows of retired pages are settled before', () => {
  const facts = crafted(times(10, answered()), { plan: { summary: true } })
  const stream = new SettledProbes(facts)
  expect(stream.advance(0)).toHaveLength(10)
})
