import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MICROSECOND, MILLISECOND, SECOND, type Nanos } from '../../../../src/base/nanos.ts'
import { OUTCOME } from '../../../../src/facts/probe-table.ts'
import type { FlowTotals } from '../../../../src/verdict/monitor/flow-totals.ts'
import { CraftedPath } from './crafted-path.ts'

const DWELL = 50 * MICROSECOND

/** The server's clock less ours at a time of ours. */
type ClockOffset = (at: Nanos) => Nanos

interface Network {
  readonly forward: (slot: number) => Nanos
  readonly back: (slot: number) => Nanos
  readonly offset: ClockOffset
}

/** Probes of ten slots of an epoch that begins at this second, and its end two seconds later. */
function playEpoch(path: CraftedPath, start: number, { forward, back, offset }: Network, flow = 0): void {
  path.now = start * SECOND
  const epoch = path.begin(path.now, flow)
  for (let slot = 0; slot < 10; slot++) {
    const probe = path.send(epoch, slot)
    const arrival = probe.sent + forward(start + slot)
    const server = { arrival: arrival + offset(arrival), dwell: DWELL }
    path.reply(probe, { at: arrival + DWELL + back(start + slot), server })
  }
  path.now = (start + 12) * SECOND
  path.close(epoch)
}

function totalsOf(path: CraftedPath): FlowTotals {
  const [totals] = path.target.measure().flows
  if (totals === undefined) throw new Error('no flow')
  return totals
}

const STEADY: Network = { forward: () => 100 * MICROSECOND, back: () => 100 * MICROSECOND, offset: () => 3 * SECOND }

test('the offset is that between the clocks, and its error about the shortest round trip', () => {
  const path = new CraftedPath()
  playEpoch(path, 0, STEADY)
  const { clock } = totalsOf(path)
  expect(clock?.offsetSeconds).toBeCloseTo(3, 9)
  expect(clock?.errorSeconds).toBeGreaterThanOrEqual(100e-6)
  // Without a known rate the bounds at both ends of the epoch are wider than those of one exchange.
  expect(clock?.errorSeconds).toBeLessThan(250e-6)
  // Ten probes in one epoch are too few for a rate.
  expect(clock?.skew).toBeUndefined()
})

test('property: of clocks that run at a constant rate, the offset is within its error, and so is each one-way delay', () => {
  fc.assert(
    fc.property(
      fc.record({
        offset: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        ppm: fc.double({ min: -500, max: 500, noNaN: true }),
        epochs: fc.integer({ min: 1, max: 40 }),
        least: fc.tuple(fc.integer({ min: 10, max: 5000 }), fc.integer({ min: 10, max: 5000 })),
        queues: fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 37 }),
      }),
      ({ offset, ppm, epochs, least: [there, here], queues }) => {
        const path = new CraftedPath({ oneWay: true })
        const delay = (least: number, n: number): Nanos => (least + (queues[n % queues.length] ?? 0)) * MICROSECOND
        const network: Network = {
          forward: slot => delay(there, slot),
          back: slot => delay(here, 7 * slot + 3),
          // Readings are whole ns.
          offset: at => Math.round(offset * SECOND + (at * ppm) / 1e6),
        }
        let before = { forward: 0, return: 0 }
        for (let n = 0; n < epochs; n++) {
          playEpoch(path, 10 * n, network)
          const { clock, oneWay } = totalsOf(path)
          if (clock === undefined || oneWay === undefined) throw new Error('no clock')
          const { offsetSeconds = NaN, errorSeconds } = clock
          const truths = [10 * n, 10 * n + 10].map(second => network.offset(second * SECOND) / SECOND)
          // At a time within the epoch, in numbers of 53 bits, from readings in whole ns.
          const slack = 2e-9 + Math.abs(offset) * 1e-15
          expect(offsetSeconds - errorSeconds).toBeLessThanOrEqual(Math.max(...truths) + slack)
          expect(offsetSeconds + errorSeconds).toBeGreaterThanOrEqual(Math.min(...truths) - slack)
          const trueSum = (delayOf: (slot: number) => Nanos): number =>
            Array.from({ length: 10 }, (_, slot) => delayOf(10 * n + slot)).reduce((sum, each) => sum + each, 0) /
            SECOND
          const sums = { forward: oneWay.forward.sumSeconds, return: oneWay.return.sumSeconds }
          for (const [direction, delayOf] of [
            ['forward', network.forward],
            ['return', network.back],
          ] as const) {
            const error = Math.abs(sums[direction] - before[direction] - trueSum(delayOf))
            expect(error).toBeLessThanOrEqual(10 * (errorSeconds + slack))
            expect(oneWay[direction].counts.reduce((all, count) => all + count)).toBe(10 * (n + 1))
          }
          before = sums
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('the rate is known after some epochs', () => {
  const path = new CraftedPath()
  for (let n = 0; n < 30; n++) playEpoch(path, 10 * n, { ...STEADY, offset: at => Math.round(at * 40e-6) })
  expect(totalsOf(path).clock?.skew).toBeCloseTo(40e-6, 6)
  expect(totalsOf(path).clock?.offsetSeconds).toBeCloseTo(0.0119, 3)
})

test('one-way delays are counted by direction, in the buckets of the target', () => {
  const path = new CraftedPath({ oneWay: true, bounds: [0.001, 0.01, 0.1] })
  // The least delays are equal, as the method assumes; then the forward path has a queue.
  const forward = (slot: number): Nanos => (slot < 5 ? 0.5 : 50) * MILLISECOND
  playEpoch(path, 0, { ...STEADY, forward, back: () => 0.5 * MILLISECOND })
  expect(totalsOf(path).oneWay).toMatchObject({ forward: { counts: [5, 0, 5, 0] }, return: { counts: [10, 0, 0, 0] } })
})

test('without a wish for them there are no one-way delays, but the clock is there', () => {
  const path = new CraftedPath()
  playEpoch(path, 0, STEADY)
  expect(totalsOf(path)).toHaveProperty('oneWay', undefined)
  expect(totalsOf(path).clock).toBeDefined()
})

test('a clock is known only while the server reports times', () => {
  const path = new CraftedPath({ oneWay: true })
  expect(totalsOf(path)).toHaveProperty('clock', undefined)
  expect(totalsOf(path).oneWay?.forward.counts.every(count => count === 0)).toBe(true)
  playEpoch(path, 0, STEADY)
  path.now = 10 * SECOND
  const epoch = path.begin(path.now)
  for (let slot = 0; slot < 10; slot++) path.reply(path.send(epoch, slot), { at: (10.001 + slot) * SECOND })
  path.now = 22 * SECOND
  path.close(epoch)
  expect(totalsOf(path)).toHaveProperty('clock', undefined)
  playEpoch(path, 20, STEADY)
  expect(totalsOf(path).clock?.offsetSeconds).toBeCloseTo(3, 6)
})

test('times in a corrupt reply are not believed', () => {
  const path = new CraftedPath()
  const epoch = path.begin(0)
  const probe = path.send(epoch, 0)
  path.reply(probe, { at: MILLISECOND, server: { arrival: 9 * SECOND, dwell: DWELL } })
  probe.open.page.outcome[probe.row] = OUTCOME.wrong
  path.now = 12 * SECOND
  path.close(epoch)
  expect(totalsOf(path)).toMatchObject({ fates: { corrupt: 1 } })
  expect(totalsOf(path)).toHaveProperty('clock', undefined)
})

test.each([0.001, -0.001, 5, -5])(
  'the clock of the server is set by %d s: the next epochs have the new offset',
  step => {
    const path = new CraftedPath()
    const offset = (at: Nanos): Nanos => 3 * SECOND + (at < 104.5 * SECOND ? 0 : Math.round(step * SECOND))
    for (let n = 0; n < 14; n++) {
      playEpoch(path, 10 * n, { ...STEADY, offset })
      // In the epoch of the step no line fits.
      if (n === 10) continue
      const { offsetSeconds = NaN, errorSeconds = NaN } = totalsOf(path).clock ?? {}
      expect(Math.abs(offsetSeconds - (n < 10 ? 3 : 3 + step))).toBeLessThanOrEqual(errorSeconds)
      expect(errorSeconds).toBeLessThan(0.000_3)
    }
  },
)

test('our clock is set: the offset changes by the same', () => {
  const path = new CraftedPath()
  playEpoch(path, 0, STEADY)
  path.stepMs = 2000
  playEpoch(path, 10, STEADY)
  expect(totalsOf(path).clock?.offsetSeconds).toBeCloseTo(1, 6)
})

test('another address has another clock', () => {
  const path = new CraftedPath()
  for (let n = 0; n < 5; n++) playEpoch(path, 10 * n, STEADY)
  path.addPath(1, 0)
  playEpoch(path, 50, { ...STEADY, offset: () => -7 * SECOND }, 1)
  expect(totalsOf(path).clock?.offsetSeconds).toBeCloseTo(-7, 6)
})
