import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitLimit } from '../../../../src/ledger/limit/fit-limit.ts'
import { chance, pass, passageOf, send, type Limit, type Sending } from './simulated-limit.ts'

const SIZE = 1228
const [RATE, SECONDS] = [1_000_000, 2]
const POLICER: Limit = { rate: RATE, bucket: 60_000, queue: 0 }
const SHAPER: Limit = { rate: RATE, bucket: 5_000, queue: 50_000 }
const PACKETS: Limit = { rate: 814, bucket: 50, queue: 0, counts: 'packets' }
const MIXED = [128, 1228, 428, 1028, 688]

function sending(factor: number, given: Partial<Sending> = {}): Sending {
  const sizes = given.sizes ?? [SIZE]
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  return { pps: (RATE * factor) / mean, seconds: SECONDS, sizes, jitter: 100e-6, ...given }
}

function fitOf(given: Sending, limit: Limit, seed = 1): ReturnType<typeof fitLimit> {
  const random = chance(seed)
  return fitLimit(pass(send(given, random), limit, random))
}

describe('the rate within 1 %, the depth, and whether it queues', () => {
  test.each([
    ['a policer at 1.2 times its rate', sending(1.2), POLICER],
    ['a policer at three times its rate', sending(3), POLICER],
    ['a policer, sizes mixed', sending(2, { sizes: MIXED }), POLICER],
    ['a policer whose bucket is empty late in the run', sending(2), { ...POLICER, bucket: 1_600_000 }],
    ['a policer on a busy machine', sending(1.5, { stalls: 10, jitter: 500e-6 }), POLICER],
    ['a policer and random loss', sending(1.2), { ...POLICER, lossBefore: 0.03 }],
    ['a shaper at 1.2 times its rate', sending(1.2), SHAPER],
    ['a shaper with 2.5 ms of queue', sending(2), { ...SHAPER, bucket: 20_000, queue: 2500 }],
    ['a shaper, sizes mixed', sending(2, { sizes: MIXED }), SHAPER],
    ['a shaper that gets bursts of ten', sending(2, { burst: 10 }), SHAPER],
    ['a shaper on a busy machine', sending(1.5, { stalls: 10, jitter: 500e-6 }), SHAPER],
    ['a shaper and random loss', sending(1.5), { ...SHAPER, lossBefore: 0.03 }],
  ])('%s', (_, given, limit) => {
    const fit = fitOf(given, limit)
    expect(Math.abs((fit?.bytesPerSecond ?? 0) / RATE - 1)).toBeLessThan(0.01)
    expect(fit?.isQueue).toBe(limit.queue > 0)
    expect(fit?.depthBytes).toBeGreaterThan(0.9 * (limit.bucket + limit.queue) - SIZE)
    expect(fit?.depthBytes).toBeLessThan(1.1 * (limit.bucket + limit.queue) + SIZE)
  })

  test('counts packets, whatever their sizes', () => {
    const fit = fitOf({ ...sending(2, { sizes: MIXED }), pps: 1628 }, PACKETS)
    expect(Math.abs((fit?.packetsPerSecond ?? 0) / PACKETS.rate - 1)).toBeLessThan(0.01)
  })

  test('a share of random loss is not explained by it', () => {
    const fit = fitOf(sending(1.2), { ...POLICER, lossBefore: 0.03 })
    expect(fit?.unexplained).toBeGreaterThan(0)
    expect(fit?.explained).toBeGreaterThan(5 * (fit?.unexplained ?? 0))
  })

  test('without times in the queue it is not known whether it queues', () => {
    const random = chance(1)
    const passage = pass(send(sending(2), random), SHAPER, random)
    const fit = fitLimit({ ...passage, queued: passage.queued.map(() => NaN) })
    expect(fit).toBeDefined()
    expect(fit?.isQueue).toBeUndefined()
  })

  test('any limit: a fit has the right rate and kind', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          factor: fc.double({ min: 1.1, max: 3, noNaN: true }),
          bucket: fc.integer({ min: 8, max: 200 }),
          queueMs: fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 100 })),
          stalls: fc.constantFrom(0, 3, 10),
          sizes: fc.constantFrom([SIZE], MIXED),
          lossBefore: fc.constantFrom(0, 0, 0.02),
        }),
        ({ seed, factor, bucket, queueMs, stalls, sizes, lossBefore }) => {
          const limit = { rate: RATE, bucket: bucket * SIZE, queue: queueMs * 1000, lossBefore }
          const fit = fitOf(sending(factor, { stalls, sizes }), limit, seed)
          if (fit === undefined) return
          expect(Math.abs(fit.bytesPerSecond / RATE - 1)).toBeLessThan(0.01 + fit.error)
          expect(fit.isQueue).not.toBe(queueMs === 0)
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('no limit', () => {
  const sent = send(sending(1.5), chance(2))
  const count = sent.length

  test.each([2, 3, 10, 50])('every %dth datagram lost', period => {
    const passed = Uint8Array.from(sent, (_, row) => (row % period === period - 1 ? 0 : 1))
    expect(fitLimit(passageOf(sent, passed))).toBeUndefined()
  })

  test('10 ms of each 100 ms lost', () => {
    const passed = Uint8Array.from(sent, ({ at }) => ((at / 1e6) % 100 < 10 ? 0 : 1))
    expect(fitLimit(passageOf(sent, passed))).toBeUndefined()
  })

  test('an outage, and little random loss', () => {
    const random = chance(3)
    const passed = Uint8Array.from(sent, (_, row) => ((row > 500 && row < 1400) || random() < 0.02 ? 0 : 1))
    expect(fitLimit(passageOf(sent, passed))).toBeUndefined()
  })

  test.each([
    ['nothing lost', () => 1],
    ['all lost', () => 0],
    ['few losses', (row: number) => (row % Math.floor(count / 12) === 5 ? 0 : 1)],
  ])('%s', (_, fate) => {
    expect(
      fitLimit(
        passageOf(
          sent,
          Uint8Array.from(sent, (_datagram, row) => fate(row)),
        ),
      ),
    ).toBeUndefined()
  })

  test('no datagrams', () => {
    expect(fitLimit(passageOf([], new Uint8Array()))).toBeUndefined()
  })

  test('random loss, in bursts or not', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          count: fc.integer({ min: 100, max: 1500 }),
          ratio: fc.double({ min: 0.005, max: 0.7, noNaN: true }),
          // Mean number of losses in a row; 1: independent.
          burst: fc.constantFrom(1, 1, 3, 10),
          stalls: fc.constantFrom(0, 10),
        }),
        ({ seed, count: length, ratio, burst, stalls }) => {
          const random = chance(seed)
          const datagrams = send({ pps: length, seconds: 1, sizes: [SIZE], stalls }, random)
          let isBad = false
          // Gilbert 1960: the ratio of bad to good states is that of lost to passed datagrams.
          const passed = Uint8Array.from(datagrams, () => {
            if (burst === 1) isBad = random() < ratio
            else isBad = isBad ? random() >= 1 / burst : random() < ratio / (1 - ratio) / burst
            return isBad ? 0 : 1
          })
          expect(fitLimit(passageOf(datagrams, passed))).toBeUndefined()
        },
      ),
      { numRuns: 150 },
    )
  })
})
