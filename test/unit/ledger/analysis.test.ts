import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { simulatedEngine } from '../../simulation/engine.ts'
import type { Network } from '../../simulation/network.ts'
import { PAGE_ROWS, ProbeTable } from '../../../src/facts/probe-table.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { networkOf, probePlan, responderPlan } from '../machines/plans.ts'
import { answered, crafted, echoed, silent, times, withTotals } from './crafted.ts'

describe('the state of the receipts', () => {
  const rows = [answered(), silent('notReceived')]

  test.each<[string, RunFacts, Analysis['receipts']]>([
    ['every request answered', crafted(rows, { clients: [withTotals()] }), 'whole'],
    ['no request needed: each answer is its own receipt', crafted([answered()]), 'whole'],
    ['no request needed, and the server is not udptool', crafted([echoed()]), 'none'],
    ['no answer to a request', crafted(rows, { clients: [{ receipts: { state: 'none' } }] }), 'none'],
    [
      'answered in part',
      crafted(rows, { clients: [{ receipts: { ...withTotals().receipts, state: 'partial' } }] }),
      'none',
    ],
    ['no request although something was lost', crafted([answered(), silent()]), 'none'],
    ['void', crafted(rows, { clients: [withTotals({ distinct: 0 })] }), 'void'],
    [
      'one client with receipts, one that needs none',
      crafted([answered(), answered(), silent('answered'), answered()], {
        plan: { clients: 2 },
        clients: [withTotals()],
      }),
      'whole',
    ],
    [
      'void for one client',
      crafted([...rows, ...rows], {
        plan: { clients: 2 },
        clients: [withTotals(), { receipts: { ...withTotals().receipts, shrank: true } }],
      }),
      'void',
    ],
    [
      'none for one client',
      crafted([answered(), answered(), silent(), silent()], {
        plan: { clients: 2 },
        clients: [withTotals(), { receipts: { state: 'none' } }],
      }),
      'none',
    ],
  ])('%s', (_, facts, receipts) => {
    expect(analyzeRun(facts).receipts).toBe(receipts)
  })
})

describe('counts of a client', () => {
  const clients = [
    { foreign: 2, unidentified: 1, duplicates: 300 },
    { foreign: 0, unidentified: 4, duplicates: 1 },
  ]
  const { tally } = analyzeRun(crafted(times(4, answered()), { plan: { clients: 2 }, clients }))

  test('is booked on the client, and summed', () => {
    expect(
      tally.clients.map(({ foreign, unidentified, duplicates }) => ({ foreign, unidentified, duplicates })),
    ).toEqual(clients)
    expect(tally.total).toMatchObject({ foreign: 2, unidentified: 5, duplicates: 301 })
  })

  test('a client’s count of copies is exact even if its rows stop at 255', () => {
    const one = analyzeRun(crafted([answered({ copies: 255 })], { clients: [{ duplicates: 1000 }] }))
    expect(one.tally.total.duplicates).toBe(1000)
  })
})

test('loss runs and outages are per client, in order of their start', () => {
  const [ok, lost] = [answered(), silent()]
  // Client 0: ok, lost, lost, ok, lost. Client 1: lost, lost, lost, ok, ok.
  const rows = [ok, lost, lost, lost, lost, lost, ok, ok, lost, ok]
  const { tally } = analyzeRun(crafted(rows, { plan: { clients: 2 } }))
  expect(tally.total.longestRun).toBe(3)
  expect(tally.clients.map(client => client.longestRun)).toEqual([2, 3])
  expect(tally.total.outages).toEqual([
    { client: 1, startMs: 0, lengthMs: 30, lost: 3 },
    { client: 0, startMs: 10, lengthMs: 20, lost: 2 },
  ])
})

test('a run without probes is analyzed', () => {
  const { tally, receipts, drops } = analyzeRun(crafted([]))
  expect(Object.values(tally.total.fates).every(count => count === 0)).toBe(true)
  expect(receipts).toBe('none')
  expect(drops).toEqual({ shared: false })
})

test('the same facts give the same analysis', () => {
  const facts = crafted([answered(), silent('answered'), answered({ copies: 2 })], {
    clients: [withTotals({ drops: 1 })],
  })
  const [{ fateOf, ...figures }, { fateOf: fateAgain, ...again }] = [analyzeRun(facts), analyzeRun(facts)]
  expect(figures).toEqual(again)
  for (let row = 0; row < 3; row++) expect(fateOf(row)).toBe(fateAgain(row))
})

describe('--summary: folded page by page during the run', () => {
  const network = networkOf({
    up: [{ rule: 'drop', ratio: 0.05 }],
    down: [
      { rule: 'drop', ratio: 0.03 },
      { rule: 'duplicate', ratio: 0.02 },
      { rule: 'reorder', ratio: 0.02, delay: 30 * MILLISECOND },
      { rule: 'truncate', length: 100, ratio: 0.02 },
    ],
  })
  const plan = probePlan({ clients: 2, count: 10_000, interval: MILLISECOND, burst: 4, sizes: [128, 200] })

  test('the ledger equals that of all pages together, and the pages are retired', async () => {
    const { folded, whole, retired } = await runFolded(network, { ...plan, summary: true })
    expect(retired).toBeGreaterThan(0)
    expect(groupsOf(folded)).toEqual(groupsOf(whole))
    expect(folded.receipts).toBe(whole.receipts)
    expect(folded.drops).toEqual(whole.drops)
    expect(folded.tally.total.fates.lostForward).toBeGreaterThan(400)
    expect(folded.tally.total.fates.lostReturn).toBeGreaterThan(200)
    expectNear(folded, whole)
  })
})

test('rows that are not final are not folded', () => {
  const facts = crafted(times(PAGE_ROWS + 1, answered()))
  const fold = new RunFold(facts)
  fold.foldFinal()
  expect(facts.probes.retired).toBe(0)
  facts.finalRows = PAGE_ROWS
  fold.foldFinal()
  fold.foldFinal()
  expect(facts.probes.retired).toBe(1)
  expect(fold.total.fates.intact).toBe(PAGE_ROWS)
  expect(analyzeRun(facts, fold).tally.total.fates.intact).toBe(PAGE_ROWS + 1)
})

/**
 * A run on the simulated engine, folded whenever its events yield to the event loop, as `send` does ten times a second; and the same facts
 * analyzed at the end with every page present.
 */
async function runFolded(network: Network, plan: ProbePlan) {
  const engine = simulatedEngine(network)
  const sockets = { host: '127.0.0.1', family: 'udp4', port: 9000, recvBuffer: 0, workers: 1 } as const
  const server = await engine.respond(responderPlan(), sockets)
  const target = { address: '127.0.0.1', port: 9000, family: 'udp4' } as const
  // Receipts are believed only of a server that was there before the run, and time passes only while something runs.
  const before = await engine.probe(probePlan({ count: 30, runs: [7] }), { target, recvBuffer: 0 })
  await before.done
  const running = await engine.probe(plan, { target, recvBuffer: 0 })
  const { facts } = running
  const fold = new RunFold(facts)
  const kept = new ProbeTable(plan.clients)
  const state = { over: false }
  const done = running.done.then(() => (state.over = true))
  while (!state.over) {
    await setImmediate()
    facts.probes.pages.forEach((page, number) => {
      if (page !== undefined) kept.pages[number] = page
    })
    fold.foldFinal()
  }
  await done
  const { retired } = facts.probes
  const folded = analyzeRun(facts, fold)
  const whole = analyzeRun({ ...facts, plan: { ...plan, summary: false }, probes: kept })
  server.stop()
  await server.done
  return { folded, whole, retired }
}

function groupsOf({ tally }: Analysis) {
  return [tally.total, ...tally.sizes.values(), ...tally.clients].map(
    ({ fates, duplicates, reordered, foreign, unidentified, longestRun, outages, cuts }) => {
      return { fates, duplicates, reordered, foreign, unidentified, longestRun, outages, cuts }
    },
  )
}

/** Percentiles come from a histogram, within 1/256. */
function expectNear(folded: Analysis, whole: Analysis): void {
  const [histogram, exact] = [folded, whole].map(({ tally }) => tally.total.rtt.result())
  if (histogram === undefined || exact === undefined) throw new Error('no round trips')
  expect(histogram.count).toBe(exact.count)
  expect(Math.abs(histogram.p99 - exact.p99)).toBeLessThanOrEqual(exact.p99 / 128)
  expect(histogram.min).toBe(exact.min)
  expect(histogram.max).toBe(exact.max)
}
