import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import type { Simulated, Simulation } from '../../simulation/simulate.ts'
import type { ClientTruth, PacketRecord } from '../../simulation/truth.ts'
import { OUTCOME, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import type { Fate } from '../../../src/ledger/fate.ts'
import { CHECKED_SIZE } from '../../../src/wire/probe.ts'
import { rowsOf, type Row } from '../machines/rows.ts'
import { simulateSettled, udptoolRun } from './runs.ts'

/** Longer than any pause of a program in these runs. */
const SLACK = 20 * MILLISECOND

/** What the network records about a lost probe. */
type Loss = 'up' | 'serverBuffer' | 'withheld' | 'down' | 'clientBuffer'

/** The outcome of a run's rows by the network’s own record; `doubtful`: rows for which it is ambiguous. */
interface Account {
  readonly losses: Record<Loss, number>
  doubtful: number
}

/** Fixed runs, to verify that not every random one is skipped as doubtful. */
const SAME_RUNS = { seed: 4711, numRuns: 150 }

describe('fates against the network’s own record', () => {
  test('every probe with an unambiguous record has its fate', () => {
    fc.assert(
      fc.property(udptoolRun, plan => void checkFates(plan)),
      { numRuns: 150 },
    )
    const expected: readonly Fate[] = [
      'corrupt',
      'intact',
      'late',
      'lostForward',
      'lostReturn',
      'lostServerPolicy',
      'refused',
      'truncated',
    ]
    const seen = new Set(fc.sample(udptoolRun, SAME_RUNS).flatMap(checkFates))
    expect(expected.filter(fate => !seen.has(fate))).toEqual([])
  })

  test('the drop counters move exactly the losses of the buffers', () => {
    fc.assert(
      fc.property(udptoolRun, plan => void checkCounters(plan)),
      { numRuns: 150 },
    )
    const moved = fc.sample(udptoolRun, SAME_RUNS).map(checkCounters)
    expect(Math.max(...moved.map(({ server }) => server))).toBeGreaterThan(0)
    expect(Math.max(...moved.map(({ client }) => client))).toBeGreaterThan(0)
  })
})

/** Compares every row with the record; returns the fates that the record proves. */
function checkFates(plan: Simulation): Fate[] {
  const simulated = simulateSettled(plan)
  const { facts } = simulated
  const analysis = analyzeRun(facts)
  const proved: Fate[] = []
  facts.clients.forEach((_, client) => {
    for (const row of rowsOf(facts, client)) {
      const expected = expectedFate(plan, simulated, analysis, client, row)
      if (expected === undefined) continue
      expect(fateOf(facts, analysis, client, row)).toBe(expected)
      proved.push(expected)
    }
  })
  return proved
}

/** Compares what the counters moved with what the buffers dropped, in runs where nothing else can have moved them. */
function checkCounters(plan: Simulation): { readonly server: number; readonly client: number } {
  const quiet = withoutCopies(plan)
  const simulated = simulateSettled(quiet)
  const { facts, truth } = simulated
  const analysis = analyzeRun(facts)
  const accounts = facts.clients.map((_, client) => accountOf(quiet, simulated, client))
  const exchange = truth.clients.some(({ up, down }) => up.receipts.overflowed + down.receipts.overflowed > 0)
  const whole = facts.clients.every(({ receipts }) => receipts.state === 'whole' || receipts.state === 'unasked')
  // Smaller probes are plain data to the server, and receipts do not include them.
  const checked = facts.plan.sizes.every(size => size >= CHECKED_SIZE)
  const clear = accounts.every(({ doubtful }) => doubtful === 0) && !exchange && whole && checked
  if (!clear || analysis.receipts !== 'whole') return { server: 0, client: 0 }
  const sum = (loss: Loss): number => accounts.reduce((total, { losses }) => total + losses[loss], 0)
  const { fates } = analysis.tally.total
  expect(fates.lostServerPolicy).toBe(sum('withheld'))
  expect(fates.lostForward + fates.lostServerBuffer).toBe(sum('up') + sum('serverBuffer'))
  expect(fates.lostReturn + fates.lostClientBuffer).toBe(sum('down') + sum('clientBuffer'))
  expect(fates.lostServerBuffer).toBeLessThanOrEqual(sum('serverBuffer'))
  expect(fates.lostClientBuffer).toBeLessThanOrEqual(sum('clientBuffer'))
  // A receipts request that was repeated, or the answer to it, may itself be among the drops.
  const hasRepeats = facts.clients.some(({ receipts: { firstTries = 1 } }) => firstTries > 1)
  if (sawFirstDrop(simulated) && !hasRepeats) expect(fates.lostServerBuffer).toBe(sum('serverBuffer'))
  if (!hasRepeats) expect(fates.lostClientBuffer).toBe(sum('clientBuffer'))
  return { server: fates.lostServerBuffer, client: fates.lostClientBuffer }
}

/** The counter grows from the first datagram of a run: no client with receipts can know an earlier value. After a change of port there is none. */
function sawFirstDrop({ facts, truth }: Simulated): boolean {
  const firstOf = (client: ClientTruth | undefined, fate: PacketRecord['fate']): number => {
    const legs = [...(client?.up.records.values() ?? [])].flat().filter(leg => leg.fate === fate)
    return Math.min(...legs.map(leg => leg.arrivedAt))
  }
  const firstDrop = Math.min(...truth.clients.map(client => firstOf(client, 'overflowed')))
  return facts.clients.some(({ receipts }, number) => {
    return receipts.totals?.drops !== undefined && firstOf(truth.clients[number], 'delivered') <= firstDrop
  })
}

function fateOf(facts: RunFacts, { tally }: Analysis, client: number, { sequence }: Row): Fate {
  const row = sequence * facts.plan.clients + client
  const page = facts.probes.open(row)
  return tally.classifier.fate(page, row % PAGE_ROWS, probeSize(facts.plan, sequence), client)
}

/** The same run with readable counters, and a network that neither copies nor damages. */
function withoutCopies({ network, ...plan }: Simulation): Simulation {
  const keep = ({ rule }: { readonly rule: string }): boolean => !['duplicate', 'corrupt', 'truncate'].includes(rule)
  return {
    ...plan,
    network: { ...network, up: network.up.filter(keep), down: network.down.filter(keep), dropsObservable: true },
  }
}

/** The fate of a probe by the network’s record and the server’s answers alone; undefined if they allow several. */
function expectedFate(
  plan: Simulation,
  { facts, truth }: Simulated,
  analysis: Analysis,
  client: number,
  row: Row,
): Fate | undefined {
  const legs = truth.clients[client]
  if (legs === undefined) throw new Error('no truth')
  if (row.outcome === OUTCOME.refused) return legs.up.records.has(row.sequence) ? undefined : 'refused'
  if (row.outcome !== OUTCOME.waiting) return fateOfReply(plan, row, legs)
  if (row.receipt === undefined || analysis.tally.classifier.believed[client] !== true) return 'lostUnknown'
  if (probeSize(facts.plan, row.sequence) < CHECKED_SIZE) return 'lostUnknown'
  switch (lossOf(plan, legs, row, firstRequest(plan, facts, client))) {
    case 'up':
    case 'serverBuffer':
      return 'lostForward'
    case 'withheld':
      return 'lostServerPolicy'
    case 'down':
    case 'clientBuffer':
      return 'lostReturn'
    default:
      return undefined
  }
}

function fateOfReply(plan: Simulation, row: Row, { down }: ClientTruth): Fate | undefined {
  const [leg, ...others] = (down.records.get(row.sequence) ?? []).filter(({ arrivedAt }) => arrivedAt === row.arrived)
  if (leg === undefined || others.length > 0 || leg.request === undefined) return undefined
  const { request } = leg
  const seen = Math.min(request.arrivedSize, plan.recvSize ?? Infinity)
  const damaged = Math.min(request.intact, seen) < seen || leg.intact < leg.arrivedSize
  const isCut = seen < request.size || leg.arrivedSize < leg.size
  if (damaged) return isCut ? undefined : 'corrupt'
  if (isCut) return row.detail === leg.arrivedSize ? 'truncated' : undefined
  return row.arrived - row.sent > plan.probe.timeout ? 'late' : 'intact'
}

/** Where a probe without a reply was lost, if all of its packets agree. */
function lossOf(plan: Simulation, { up, down }: ClientTruth, { sequence }: Row, asked: number): Loss | undefined {
  const known = (leg: PacketRecord): boolean => isDelivered(leg) && leg.arrivedAt + SLACK < asked
  const there = up.records.get(sequence) ?? []
  const back = down.records.get(sequence) ?? []
  if (back.length === 0) {
    if (there.every(leg => leg.fate === 'lost')) return 'up'
    if (there.every(leg => leg.fate === 'overflowed')) return 'serverBuffer'
    return withholds(plan) && there.every(known) ? 'withheld' : undefined
  }
  if (!there.every(known)) return undefined
  if (back.every(leg => leg.fate === 'lost')) return 'down'
  return back.every(leg => leg.fate === 'overflowed') ? 'clientBuffer' : undefined
}

function withholds({ respond }: Simulation): boolean {
  return typeof respond === 'object' && respond.mode === 'discard'
}

/** The last unanswered probe may be any one, so no request is sent earlier than a timeout after the first probe. */
function firstRequest({ probe }: Simulation, { clients }: RunFacts, number: number): number {
  const { firstSent = Infinity, receipts } = clients[number] ?? {}
  return Math.max(firstSent + probe.timeout, (receipts?.toldAt ?? Infinity) - 3 * SECOND)
}

/** It reached the program with a check that proves it. */
function isDelivered(leg: PacketRecord): boolean {
  return leg.fate === 'delivered' && leg.intact >= CHECKED_SIZE
}

function accountOf(plan: Simulation, { facts, truth }: Simulated, client: number): Account {
  const account: Account = { losses: { up: 0, serverBuffer: 0, withheld: 0, down: 0, clientBuffer: 0 }, doubtful: 0 }
  const legs = truth.clients[client]
  if (legs === undefined) throw new Error('no truth')
  for (const row of rowsOf(facts, client)) {
    if (row.outcome !== OUTCOME.waiting) continue
    const loss = lossOf(plan, legs, row, firstRequest(plan, facts, client))
    const size = probeSize(plan.probe, row.sequence)
    if (loss === undefined || size < CHECKED_SIZE) account.doubtful += 1
    else account.losses[loss] += 1
  }
  return account
}
