import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { lossCount, replyCount, scheduledCount } from '../../../src/ledger/fate.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { SettledCounts } from '../../../src/ledger/settled-counts.ts'
import { SettledProbes } from '../../../src/ledger/settled-probes.ts'
import { foreignEcho } from '../../simulation/foreign.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import { answered, crafted, cut, refused, silent, times, unreachable, wrong } from './crafted.ts'
import { anyRun } from './runs.ts'

const END = 10 * SECOND

function counted(facts: RunFacts, now = END) {
  const trips: number[] = []
  const counts = new SettledCounts(facts, rtt => trips.push(rtt))
  counts.advance(now)
  return { counts, trips }
}

test('property: in the end every scheduled probe is settled, with as many replies and losses as the ledger has', () => {
  fc.assert(
    fc.property(anyRun, fc.boolean(), (plan, summary) => {
      let counts: SettledCounts | undefined
      let fold: RunFold | undefined
      const { facts } = simulate({
        ...plan,
        probe: { ...plan.probe, summary },
        onStep(live, now) {
          counts ??= new SettledCounts(live, () => {})
          if (summary) fold ??= new RunFold(live)
          counts.advance(now)
          const scheduled = live.clients.reduce((sum, client) => sum + client.scheduled, 0)
          expect(counts.settled).toBeLessThanOrEqual(scheduled)
          expect(counts.lost).toBeGreaterThanOrEqual(0)
          fold?.foldFinal()
        },
      })
      counts ??= new SettledCounts(facts, () => {})
      counts.advance(0)
      const { fates } = analyzeRun(facts, fold).tally.total
      expect(counts.settled).toBe(scheduledCount(fates))
      expect(counts.replies).toBe(replyCount(fates))
      expect(counts.lost).toBe(lossCount(fates))
      expect(counts.sent).toBe(scheduledCount(fates) - fates.refused)
    }),
    { numRuns: 60 },
  )
})

test('property: at every moment as many are settled as are handed over one by one', () => {
  fc.assert(
    fc.property(anyRun, plan => {
      let counts: SettledCounts | undefined
      let probes: SettledProbes | undefined
      let settled = 0
      simulate({
        ...plan,
        onStep(live, now) {
          counts ??= new SettledCounts(live, () => {})
          probes ??= new SettledProbes(live)
          if (live.closedAt !== Infinity) return
          counts.advance(now)
          settled += probes.advance(now).filter(({ kind }) => kind === 'settled').length
          expect(counts.settled).toBe(settled)
        },
      })
    }),
    { numRuns: 40 },
  )
})

describe('counts', () => {
  test('a probe in flight is sent and not settled', () => {
    const facts = crafted([answered(), silent()])
    facts.closedAt = Infinity
    const { counts } = counted(facts, 20 * MILLISECOND)
    expect(counts).toMatchObject({ sent: 2, replies: 1, settled: 1, lost: 0 })
    counts.advance(END)
    expect(counts).toMatchObject({ sent: 2, replies: 1, settled: 2, lost: 1 })
    counts.advance(END)
    expect(counts).toMatchObject({ sent: 2, replies: 1, settled: 2, lost: 1 })
  })

  test('nothing changes between two looks, whatever the engine writes', () => {
    const facts = crafted([answered(), silent()])
    facts.closedAt = Infinity
    const { counts } = counted(facts, 20 * MILLISECOND)
    const [client] = facts.clients
    if (client === undefined) throw new Error('no client')
    client.scheduled += 5
    client.replies += 5
    expect(counts).toMatchObject({ sent: 2, replies: 1, settled: 1, lost: 0 })
  })

  test('a refused probe is settled and lost, but not sent', () => {
    const { counts } = counted(crafted([answered(), refused(90), unreachable(), cut(60)]))
    expect(counts).toMatchObject({ sent: 3, replies: 2, settled: 4, lost: 2 })
  })

  test('a reply with a wrong byte has no round trip', () => {
    const { counts, trips } = counted(crafted([answered(), wrong(50), cut(60)]))
    expect(counts).toMatchObject({ replies: 3, lost: 0 })
    expect(trips).toEqual([MILLISECOND, MILLISECOND])
  })

  test('a reply after the timeout makes one less lost', () => {
    const facts = crafted([answered(), silent()])
    facts.closedAt = Infinity
    const { counts, trips } = counted(facts)
    expect(counts.lost).toBe(1)
    const [page] = facts.probes.pages
    const [client] = facts.clients
    if (page === undefined || client === undefined) throw new Error('no page')
    page.outcome[1] = page.outcome[0] ?? 0
    page.arrived[1] = (page.sent[1] ?? 0) + 5 * SECOND
    client.replies += 1
    counts.advance(END)
    expect(counts).toMatchObject({ settled: 2, replies: 2, lost: 0 })
    expect(trips).toEqual([MILLISECOND, 5 * SECOND])
  })

  test('of more losses than are remembered, late replies count by the counter of their client', () => {
    const facts = crafted(times(3000, silent()))
    facts.closedAt = Infinity
    const { counts, trips } = counted(facts, 100 * SECOND)
    expect(counts.lost).toBe(3000)
    const [page] = facts.probes.pages
    const [client] = facts.clients
    if (page === undefined || client === undefined) throw new Error('no page')
    for (let place = 0; place < 3000; place++) {
      page.outcome[place] = answered().outcome ?? 0
      page.arrived[place] = 90 * SECOND
    }
    client.replies = 3000
    counts.advance(100 * SECOND)
    expect(counts).toMatchObject({ settled: 3000, replies: 3000, lost: 0 })
    expect(trips).toHaveLength(1024)
  })
})

const probe: Simulation['probe'] = {
  clients: 1,
  runs: [7],
  sizes: [128],
  count: 50_000,
  interval: MILLISECOND,
  burst: 1,
  timeout: 300 * MILLISECOND,
  payload: { kind: 'text', seed: 1 },
  receipts: true,
  strayCheck: true,
  summary: true,
}

test.each([true, false])(
  '50 000 probes keep a few pages in memory (--summary: %s)',
  summary => {
    let most = 0
    let counts: SettledCounts | undefined
    let fold: RunFold | undefined
    let due = 0
    const { facts } = simulate({
      probe: { ...probe, summary },
      respond: foreignEcho,
      network: { seed: 1, up: [{ rule: 'dropEvery', every: 50 }], down: [], latency: MILLISECOND / 10 },
      onStep(live, now) {
        if (now < due) return
        due = now + 100 * MILLISECOND
        counts ??= new SettledCounts(live, () => {})
        counts.advance(now)
        if (summary) fold ??= new RunFold(live)
        fold?.foldFinal()
        most = Math.max(most, counts.rememberedPages)
      },
    })
    counts?.advance(0)
    expect(counts?.settled).toBe(facts.clients[0]?.scheduled)
    expect(most).toBeLessThanOrEqual(2)
  },
  120_000,
)
