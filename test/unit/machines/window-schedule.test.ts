import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { DelayQueue } from '../../../src/machines/delay-queue.ts'
import { WindowSchedule } from '../../../src/machines/window-schedule.ts'
import { probePlan } from './plans.ts'

interface Departure {
  readonly client: number
  readonly at: number
}

/** All probes, if each probe’s slot becomes free `rtt` after its send time. */
function run(plan: ProbePlan, window: number, rtt: (client: number, n: number) => number): Departure[] {
  const schedule = new WindowSchedule(plan, window, 0)
  const gone: Departure[] = []
  const flying = new DelayQueue<number>()
  const inFlight = Array.from({ length: plan.clients }, () => 0)
  for (let now = 0; now < Infinity && gone.length < 2000; now = Math.min(schedule.wake(now), flying.due)) {
    while (flying.due <= now) {
      const client = flying.shift() ?? 0
      inFlight[client] = (inFlight[client] ?? 0) - 1
      schedule.freed(client, now)
    }
    for (let client = schedule.next(now); client >= 0; client = schedule.next(now)) {
      gone.push({ client, at: now })
      inFlight[client] = (inFlight[client] ?? 0) + 1
      expect(inFlight[client]).toBeLessThanOrEqual(window)
      flying.push(now + rtt(client, gone.length), client)
    }
  }
  expect(schedule.exhausted).toBe(true)
  return gone
}

const timesOf = (gone: readonly Departure[], client = 0): number[] =>
  gone.filter(one => one.client === client).map(({ at }) => at)

describe('the window', () => {
  test('one in flight: the next is sent when the reply arrives', () => {
    expect(timesOf(run(probePlan({ count: 4, interval: 0 }), 1, () => 7))).toEqual([0, 7, 14, 21])
  })

  test('three in flight', () => {
    expect(timesOf(run(probePlan({ count: 7, interval: 0 }), 3, () => 10))).toEqual([0, 0, 0, 10, 10, 10, 20])
  })

  test('with an interval too, the later of both; waiting is not made up', () => {
    const slow = (_: number, n: number): number => (n === 2 ? 35 : 1)
    expect(timesOf(run(probePlan({ count: 5, interval: 10 }), 1, slow))).toEqual([0, 10, 45, 55, 65])
  })

  test('a bit rate paces by the bytes of the burst', () => {
    const plan = probePlan({ count: 6, sizes: [100, 900], bitRate: 8000, burst: 2 })
    expect(timesOf(run(plan, 4, () => 1))).toEqual([0, 0, SECOND, SECOND, 2 * SECOND, 2 * SECOND])
  })

  test('a client’s long pause delays no other', () => {
    const plan = probePlan({ clients: 2, count: 6, sizes: [1000, 10], bitRate: 8000 })
    const gone = run(plan, 4, () => 1)
    const [first = 0] = timesOf(gone, 1)
    expect(timesOf(gone, 1).map(at => at - first)).toEqual(timesOf(gone, 0))
  })

  test('over random round trips: every client sends all its probes, as soon as possible', () => {
    const plan = fc.record({
      clients: fc.integer({ min: 1, max: 4 }),
      count: fc.integer({ min: 0, max: 20 }),
      interval: fc.nat(30),
      burst: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(
        plan,
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (rest, window, trips) => {
          const made = probePlan(rest)
          const gone = run(made, window, (_, n) => trips[n % trips.length] ?? 1)
          for (let client = 0; client < rest.clients; client++) {
            const times = timesOf(gone, client)
            expect(times).toHaveLength(rest.count)
            // At least an interval between the starts of consecutive bursts.
            for (let n = rest.burst; n < times.length; n += rest.burst) {
              expect((times[n] ?? 0) - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(rest.interval)
            }
          }
        },
      ),
    )
  })
})

describe('the end', () => {
  test('a duration', () => {
    const { count: _, ...endless } = probePlan({ interval: 10, duration: 35 })
    expect(timesOf(run(endless, 2, () => 1))).toEqual([0, 10, 20, 30])
  })

  test('stop', () => {
    const schedule = new WindowSchedule(probePlan(), 1, 0)
    schedule.stop()
    expect([schedule.exhausted, schedule.next(0), schedule.wake(0)]).toEqual([true, -1, Infinity])
  })

  test('no probes at all', () => {
    expect(new WindowSchedule(probePlan({ count: 0 }), 1, 0).exhausted).toBe(true)
  })
})
