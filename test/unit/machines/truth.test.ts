import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { EPOCH } from '../../simulation/epoch.ts'
import { simulate, type Simulated, type Simulation } from '../../simulation/simulate.ts'
import type { ClientTruth, PacketRecord } from '../../simulation/truth.ts'
import { isFlood } from '../../../src/facts/plan.ts'
import { OUTCOME, TRAIT } from '../../../src/facts/probe-table.ts'
import type { ClientFacts } from '../../../src/facts/run.ts'
import { CHECKED_SIZE, IDENTIFIED_SIZE, OFFSET } from '../../../src/wire/probe.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { rowsOf, type Row } from './rows.ts'
import { simulation } from './simulations.ts'

/** Longer than any pause of a program in these runs. */
const SLACK = 20 * MILLISECOND

describe('the facts against the network’s own record', () => {
  test('over random networks', () => {
    fc.assert(
      fc.property(simulation, plan => {
        check(plan, simulate(plan))
      }),
      { numRuns: 300 },
    )
  })

  test('the same seed gives the same facts', () => {
    fc.assert(
      fc.property(simulation, plan => {
        const [one, two] = [simulate(plan), simulate(plan)]
        expect(one.facts.clients).toEqual(two.facts.clients)
        expect(rowsOf(one.facts)).toEqual(rowsOf(two.facts))
        expect(one.server).toEqual(two.server)
      }),
      { numRuns: 30 },
    )
  })

  test('a client’s fate does not depend on the number of others', () => {
    fc.assert(
      fc.property(simulation, ({ probe, ...plan }) => {
        const { window: _, ...paced } = probe
        const [one, three] = [1, 3].map(clients => {
          const { truth } = simulate({ ...plan, probe: { ...paced, clients, runs: [1, 2, 3].slice(0, clients) } })
          return [...(truth.clients[0]?.up.records.values() ?? [])].map(legs => legs.map(leg => leg.done))
        })
        expect(one).toEqual(three)
      }),
      { numRuns: 30 },
    )
  })
})

function check(plan: Simulation, { facts, truth, server }: Simulated): void {
  facts.clients.forEach((client, number) => {
    const legs = truth.clients[number]
    if (legs === undefined) throw new Error('no truth')
    checkClient(plan, client, rowsOf(facts, number), legs)
  })
  if (plan.network.dropsObservable === true) {
    const overflowed = truth.clients.reduce((sum, { up }) => sum + up.probes.overflowed + up.receipts.overflowed, 0)
    expect(server.kernelDrops).toBe(overflowed)
  } else expect(server.kernelDrops).toBeUndefined()
  expect(server.received).toBe(
    truth.clients.reduce((sum, { up }) => sum + up.probes.delivered + up.receipts.delivered, 0),
  )
}

function checkClient(plan: Simulation, client: ClientFacts, rows: readonly Row[], truth: ClientTruth): void {
  const { timeout } = plan.probe
  let unidentifiable = 0
  let copies = 0
  let doubtful = 0
  for (const row of rows) {
    const down = deliveredOf(truth.down.records.get(row.sequence))
    const surelyIdentified = down.filter(leg => isIdentifiable(leg, row, timeout)).length
    const booked = (hasReply(row) ? 1 : 0) + row.copies
    unidentifiable += down.length - booked
    copies += row.copies
    doubtful += down.filter(leg => !isIdentifiable(leg, row, timeout)).length
    // No reply is booked on another sequence, and each identifiable one is booked.
    expect(booked).toBeLessThanOrEqual(down.length)
    expect(booked).toBeGreaterThanOrEqual(surelyIdentified)
    if (hasReply(row)) checkReply(plan, client, row, down)
    else checkSilence(plan, row, truth)
    if (row.receipt !== undefined) checkReceipt(plan, row, client, truth)
  }
  // A late and damaged reply that arrives during the receipts exchange may be taken for a damaged answer.
  const damagedRequests = truth.up.receipts.corrupted + truth.down.receipts.corrupted
  expect(client.unidentified).toBeLessThanOrEqual(unidentifiable + damagedRequests)
  expect(client.unidentified).toBeGreaterThanOrEqual(
    client.receipts.state === 'unasked' ? unidentifiable : unidentifiable - doubtful,
  )
  expect(client.duplicates).toBe(copies)
  expect(client.foreign).toBe(0)
  expect(client.replies).toBe(rows.filter(hasReply).length)
  expect(client.replies + client.duplicates + unidentifiable).toBe(truth.down.probes.delivered)
  const order = rows.filter(hasReply).map(row => row.order)
  expect(order.sort((a, b) => a - b)).toEqual(order.map((_, n) => n + 1))
  if (plan.network.dropsObservable === true) {
    const grown = (client.dropsAfter ?? 0) - (client.dropsBefore ?? 0)
    expect(grown).toBe(truth.down.probes.overflowed + truth.down.receipts.overflowed)
  } else expect(client.dropsAfter).toBeUndefined()
  checkTotals(plan, client, rows, truth)
}

function hasReply({ outcome }: Row): boolean {
  return outcome === OUTCOME.whole || outcome === OUTCOME.cut || outcome === OUTCOME.wrong
}

function deliveredOf(legs: readonly PacketRecord[] = []): PacketRecord[] {
  return legs.filter(leg => leg.fate === 'delivered').sort((a, b) => a.arrivedAt - b.arrivedAt)
}

/** Its check is right, or it is near to exactly one probe of the last `timeout`. */
function isIdentifiable(leg: PacketRecord, row: Row, timeout: number): boolean {
  const intact = Math.min(leg.intact, leg.request?.intact ?? Infinity)
  return intact >= CHECKED_SIZE || (leg.arrivedSize >= IDENTIFIED_SIZE && leg.arrivedAt + SLACK < row.sent + timeout)
}

function checkReply(plan: Simulation, client: ClientFacts, row: Row, down: readonly PacketRecord[]): void {
  const candidates = down.filter(leg => leg.arrivedAt === row.arrived)
  expect(candidates.length).toBeGreaterThan(0)
  if (candidates.length === 1 && candidates[0] !== undefined) checkJudgement(plan, client, row, candidates[0])
}

function checkJudgement(plan: Simulation, client: ClientFacts, row: Row, leg: PacketRecord): void {
  const { request } = leg
  if (request === undefined) throw new Error('the server answered at once')
  const size = request.size
  const seen = Math.min(request.arrivedSize, plan.recvSize ?? Infinity)
  const requestCut = seen < size
  const replyCut = leg.arrivedSize < leg.size
  const requestDamaged = request.done.includes('corrupted')
  const replyDamaged = leg.done.includes('corrupted')
  if (requestDamaged && replyDamaged) return
  if (!requestDamaged && !replyDamaged) {
    expect(row.outcome).toBe(requestCut || replyCut ? OUTCOME.cut : OUTCOME.whole)
    expect(row.detail).toBe(row.outcome === OUTCOME.cut ? leg.arrivedSize : 0)
    if (row.outcome === OUTCOME.cut && requestCut !== replyCut) expectSide(row, leg, requestCut)
  } else if (!requestCut && !replyCut) {
    expect(row.outcome).toBe(OUTCOME.wrong)
    expectSide(row, leg, requestDamaged)
  } else expect([OUTCOME.cut, OUTCOME.wrong]).toContain(row.outcome)
  if (row.outcome === OUTCOME.whole && row.answered && size >= OFFSET.payload) {
    const since = (EPOCH.seconds - (client.serverBase ?? NaN)) * SECOND + EPOCH.nanos
    // A flood keeps no server times.
    if (!isFlood(plan.probe)) expect(row.serverArrival).toBe(since + request.arrivedAt)
    expect(row.dwell).toBe(leg.sentAt - request.arrivedAt)
  }
}

function expectSide(row: Row, leg: PacketRecord, request: boolean): void {
  if (row.side === TRAIT.sideHidden) return
  if (row.side !== 0) expect(row.side).toBe(request ? TRAIT.sideRequest : TRAIT.sideReply)
  // The analysis decides, which knows that this server answers with R: request.
  else if (leg.arrivedSize > OFFSET.kind) expect(request).toBe(true)
}

function checkSilence(plan: Simulation, row: Row, truth: ClientTruth): void {
  const size = plan.probe.sizes[row.sequence % plan.probe.sizes.length] ?? 0
  const refused = size + 28 > (plan.network.localMtu ?? 65_535)
  expect(row.outcome).toBe(refused ? OUTCOME.refused : OUTCOME.waiting)
  expect(row.detail).toBe(refused ? 90 : 0)
  expect(row.arrived).toBe(Infinity)
  if (refused) expect(truth.up.records.has(row.sequence)).toBe(false)
}

/** Copies of a probe that the server's program received and could prove. */
function provedArrivals({ recvSize = Infinity }: Simulation, legs: readonly PacketRecord[] = []): PacketRecord[] {
  return legs.filter(leg => leg.fate === 'delivered' && Math.min(leg.intact, recvSize) >= CHECKED_SIZE)
}

function checkReceipt(plan: Simulation, row: Row, client: ClientFacts, truth: ClientTruth): void {
  const arrivals = provedArrivals(plan, truth.up.records.get(row.sequence)).map(leg => leg.arrivedAt)
  const answer =
    typeof plan.respond === 'object' && plan.respond.mode === 'discard' ? RECEIPT.withheld : RECEIPT.answered
  const first = Math.min(...arrivals)
  if (first === Infinity) expect(row.receipt).toBe(RECEIPT.notReceived)
  // A probe that reaches the server during the exchange may be in the answer, or not.
  else if (first + SLACK < firstRequest(plan, client)) expect(row.receipt).toBe(answer)
  else expect([RECEIPT.notReceived, answer]).toContain(row.receipt)
}

function firstRequest({ probe }: Simulation, client: ClientFacts): number {
  // The last unanswered probe may be any one, so no request is sent earlier than a timeout after the first probe.
  return Math.max(client.firstSent + probe.timeout, (client.receipts.toldAt ?? Infinity) - 3 * SECOND)
}

function checkTotals(plan: Simulation, client: ClientFacts, rows: readonly Row[], truth: ClientTruth): void {
  const { totals } = client.receipts
  if (totals === undefined) return
  // Receipts of several ports are requested one after the other.
  const toldAt = client.sources === undefined ? (client.receipts.toldAt ?? Infinity) : Infinity
  const arrivals = rows.map(({ sequence }) =>
    provedArrivals(plan, truth.up.records.get(sequence)).map(leg => leg.arrivedAt),
  )
  const distinct = (before: number): number => arrivals.filter(times => Math.min(...times) <= before).length
  const all = (before: number): number => arrivals.flat().filter(time => time <= before).length
  // Nothing is known of a port without answers to its requests.
  const isWhole = client.sources === undefined || client.receipts.state === 'whole'
  const early = isWhole ? firstRequest(plan, client) - SLACK : -Infinity
  expect(totals.distinct).toBeGreaterThanOrEqual(distinct(early))
  expect(totals.distinct).toBeLessThanOrEqual(distinct(toldAt))
  expect(totals.distinct + totals.copies).toBeGreaterThanOrEqual(all(early))
  expect(totals.distinct + totals.copies).toBeLessThanOrEqual(all(toldAt))
  expect(totals.answered + totals.withheld).toBe(totals.distinct)
}
