import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { TRAIT } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { targetInterval } from '../../../src/ledger/target-interval.ts'
import { answered, crafted, cut, echoed, refused, silent, times, unreachable, wrong } from './crafted.ts'

function tallyOf(facts: RunFacts): RunFold {
  const tally = new RunFold(facts)
  for (let page = 0; page < facts.probes.pages.length; page++) tally.fold(page)
  return tally
}

test('a single size and a single client are the total itself', () => {
  const tally = tallyOf(crafted([answered(), silent()]))
  expect(tally.clients[0]).toBe(tally.total)
  expect(tally.sizes.get(128)).toBe(tally.total)
  expect(tally.total.fates).toMatchObject({ intact: 1, lostUnknown: 1 })
})

test('sizes and clients are counted separately', () => {
  const rows = [answered(), silent(), answered(), answered()]
  const tally = tallyOf(crafted(rows, { plan: { clients: 2, sizes: [100, 200] } }))
  expect(tally.clients.map(({ fates }) => [fates.intact, fates.lostUnknown])).toEqual([
    [2, 0],
    [1, 1],
  ])
  expect([...tally.sizes].map(([size, { fates }]) => [size, fates.intact, fates.lostUnknown])).toEqual([
    [100, 1, 1],
    [200, 2, 0],
  ])
})

test('a size that is given twice is one size', () => {
  const tally = tallyOf(crafted(times(4, answered()), { plan: { sizes: [100, 200, 100] } }))
  expect([...tally.sizes].map(([size, { fates }]) => [size, fates.intact])).toEqual([
    [100, 3],
    [200, 1],
  ])
})

test('round trips are those of intact, late and truncated replies', () => {
  const late = { sent: 0, arrived: 500 * MILLISECOND }
  const tally = tallyOf(crafted([answered(), answered(late), cut(60), wrong(5), silent(), refused(90), unreachable()]))
  expect(tally.total.rtt.count).toBe(3)
  expect(tally.total.rtt.result()).toMatchObject({ min: MILLISECOND, max: 500 * MILLISECOND })
})

test('the scheduled round trip counts from when a probe was due', () => {
  const row = answered({ scheduled: 10 * MILLISECOND, sent: 14 * MILLISECOND, arrived: 15 * MILLISECOND })
  const tally = tallyOf(crafted([row]))
  expect(tally.total.rtt.result()?.mean).toBe(MILLISECOND)
  expect(tally.rttScheduled.result()?.mean).toBe(5 * MILLISECOND)
  expect(tally.lateness.result()?.max).toBe(4 * MILLISECOND)
})

test('probes more than one interval late are missed', () => {
  const due = (late: number) => answered({ scheduled: 0, sent: late, arrived: late + MILLISECOND })
  const rows = [due(0), due(10 * MILLISECOND), due(10 * MILLISECOND + 1)]
  expect(tallyOf(crafted(rows)).missed).toBe(1)
  expect(tallyOf(crafted(rows, { plan: { interval: 0, window: 5 } })).missed).toBe(0)
})

test('the network’s round trip excludes the time in the server, if reported', () => {
  const tally = tallyOf(crafted([answered({ dwell: 400_000 }), answered()]))
  expect(tally.rttNetwork.count).toBe(1)
  expect(tally.rttNetwork.result()?.mean).toBe(600_000)
  expect(tally.oneWay.result()).toBeUndefined()
})

test('a dwell longer than the round trip is counted and not used', () => {
  const tally = tallyOf(crafted([answered({ dwell: MILLISECOND }), answered({ dwell: MILLISECOND + 1 })]))
  expect(tally.rttNetwork.result()).toMatchObject({ count: 1, min: 0, max: 0 })
  expect(tally.dwellsTooLong).toBe(1)
})

test('a reply that arrived before its probe was sent has no round trip', () => {
  const tally = tallyOf(crafted([answered({ sent: 5, arrived: 4 }), answered({ sent: 5, arrived: 5 })]))
  expect(tally.total.fates.intact).toBe(2)
  for (const delay of [tally.total.rtt, tally.rttScheduled]) expect(delay.result()).toMatchObject({ count: 1 })
})

test('server times of all clients count from the first client’s second', () => {
  const there = (sent: number, second: number) => {
    return answered({ sent, dwell: 0, serverArrival: sent + 500_000 - second * SECOND })
  }
  const bases = [{ serverBase: 100 }, { serverBase: 101 }]
  const rows = [there(0, 0), there(0, 1), there(SECOND, 0), there(SECOND, 1)]
  const oneWay = tallyOf(crafted(rows, { plan: { clients: 2 }, clients: bases })).oneWay.result()
  expect(oneWay?.forward).toMatchObject({ min: 500_000, p99: 500_000 })
})

test('server times count from one second, even if the first client was never answered', () => {
  const there = (second: number) => answered({ sent: 0, dwell: 0, serverArrival: 500_000 - second * SECOND })
  const bases = [{}, { serverBase: 100 }, { serverBase: 101 }]
  const tally = tallyOf(crafted([silent(), there(0), there(1)], { plan: { clients: 3 }, clients: bases }))
  expect(tally.serverSeconds).toBe(100)
  expect(tally.oneWay.changes).toEqual([])
  expect(tally.oneWay.result()?.forward).toMatchObject({ min: 500_000, p99: 500_000 })
})

test('refusals by errno and ICMP errors by index; refused probes were not sent', () => {
  const tally = tallyOf(crafted([refused(90), refused(90), refused(105), unreachable(0), unreachable(1), answered()]))
  expect([...tally.refusals]).toEqual([
    [90, 2],
    [105, 1],
  ])
  expect([...tally.icmp]).toEqual([
    [0, 1],
    [1, 1],
  ])
  expect(tally.sent).toBe(3)
  expect([tally.firstSent, tally.lastSent]).toEqual([30 * MILLISECOND, 50 * MILLISECOND])
})

test('corruption by side, and the first wrong byte of all', () => {
  const rows = [
    answered(),
    wrong(60, { traits: TRAIT.answered | TRAIT.sideReply }),
    wrong(40, { traits: TRAIT.answered | TRAIT.sideHidden }),
    wrong(80, { traits: 0 }),
    echoed(),
  ]
  expect(tallyOf(crafted(rows)).corruption).toEqual({ request: 2, reply: 1, unknown: 1, firstWrongByte: 40 })
})

test('a reply of the wrong rule is corrupt without a wrong byte', () => {
  const upper = answered({ traits: TRAIT.upper | TRAIT.answered })
  const rows = [upper, upper, answered({ traits: TRAIT.same | TRAIT.answered })]
  expect(tallyOf(crafted(rows)).corruption).toEqual({ request: 0, reply: 0, unknown: 1, firstWrongByte: Infinity })
})

test('cuts by length and side', () => {
  const cuts = [cut(60, { traits: TRAIT.same | TRAIT.answered | TRAIT.sideReply }), cut(60), cut(60)]
  expect(tallyOf(crafted(cuts)).total.cuts).toEqual([
    { length: 60, side: 'unknown', count: 2 },
    { length: 60, side: 'reply', count: 1 },
  ])
})

test('copies are duplicates of their size; throughput counts intact bytes', () => {
  const rows = [answered({ copies: 2 }), answered(), cut(60, { copies: 1 })]
  const tally = tallyOf(crafted(rows, { plan: { sizes: [100, 200] } }))
  expect([...tally.sizes].map(([size, group]) => [size, group.duplicates])).toEqual([
    [100, 3],
    [200, 0],
  ])
  expect(tally.duplication.result()).toMatchObject({ fraction: 1 })
  expect(tally.intactBytes).toBe(300)
})

test('reordering is booked on the size of the late one', () => {
  const rows = [answered({ sent: 0, arrived: 9 * MILLISECOND }), answered({ sent: 1, arrived: 2 * MILLISECOND })]
  const tally = tallyOf(crafted(rows, { plan: { sizes: [100, 200] } }))
  expect([...tally.sizes].map(([size, group]) => [size, group.reordered])).toEqual([
    [100, 1],
    [200, 0],
  ])
})

test('reordering counts only replies with a whole, right check', () => {
  const early = { sent: 1, arrived: 2 * MILLISECOND }
  const late = { sent: 0, arrived: 9 * MILLISECOND }
  const reordered = (rows: Parameters<typeof crafted>[0], size = 128): number | undefined => {
    return tallyOf(crafted(rows, { plan: { sizes: [size] } })).orders[0]?.arrivals.reordering.result().reordered
  }
  expect(reordered([cut(34, late), answered(early)])).toBe(1)
  expect(reordered([cut(33, late), answered(early)])).toBe(0)
  expect(reordered([wrong(34, late), answered(early)])).toBe(1)
  expect(reordered([wrong(33, late), answered(early)])).toBe(0)
  expect(reordered([answered(late), answered(early)], 33)).toBe(0)
})

describe('the target interval', () => {
  test.each([
    ['as planned', { interval: 7 * MILLISECOND }, 7 * MILLISECOND],
    ['none if a window paces', { interval: 0, window: 4 }, 0],
    ['of a bit rate by the mean size', { interval: 0, bitRate: 80_000, sizes: [50, 150] }, 10 * MILLISECOND],
    ['of a bit rate in bursts', { interval: 0, bitRate: 80_000, sizes: [100], burst: 5 }, 50 * MILLISECOND],
  ])('%s', (_, plan, interval) => {
    expect(targetInterval(crafted([], { plan }))).toBe(interval)
  })
})
