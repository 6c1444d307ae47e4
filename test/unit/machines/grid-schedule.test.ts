import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { probeSize } from '../../../src/facts/run.ts'
import { GridSchedule } from '../../../src/machines/grid-schedule.ts'
import { probePlan } from './plans.ts'

interface Departure {
  readonly client: number
  readonly sequence: number
  readonly due: number
  readonly at: number
}

/** All probes, with the schedule called at its wake times. */
function run(schedule: GridSchedule, until = Infinity, most = 1000): Departure[] {
  const gone: Departure[] = []
  const sequences = new Map<number, number>()
  for (let now = 0; now <= until && gone.length < most && !schedule.exhausted; now = schedule.wake()) {
    for (let client = schedule.next(now); client >= 0; client = schedule.next(now)) {
      const sequence = sequences.get(client) ?? 0
      sequences.set(client, sequence + 1)
      gone.push({ client, sequence, due: schedule.due, at: now })
    }
  }
  return gone
}

describe('the grid', () => {
  test('one client, one probe every interval, each at its time', () => {
    const gone = run(new GridSchedule(probePlan({ count: 4, interval: 10 }), 100))
    expect(gone.map(({ due }) => due)).toEqual([100, 110, 120, 130])
    expect(gone.slice(1).every(({ due, at }) => due === at)).toBe(true)
  })

  test('clients are spread over an interval', () => {
    const gone = run(new GridSchedule(probePlan({ clients: 4, count: 2, interval: 100 }), 0))
    expect(gone.map(({ client, due }) => [client, due])).toEqual([
      [0, 0],
      [1, 25],
      [2, 50],
      [3, 75],
      [0, 100],
      [1, 125],
      [2, 150],
      [3, 175],
    ])
  })

  test('a burst is sent as a whole, whatever other clients do; the last may be shorter', () => {
    const gone = run(new GridSchedule(probePlan({ clients: 2, count: 5, interval: 100, burst: 3 }), 0))
    expect(gone.map(({ client, sequence, due }) => [client, sequence, due])).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
      [1, 0, 50],
      [1, 1, 50],
      [1, 2, 50],
      [0, 3, 100],
      [0, 4, 100],
      [1, 3, 150],
      [1, 4, 150],
    ])
  })

  test('a bit rate counts the payload of each size', () => {
    const gone = run(new GridSchedule(probePlan({ count: 5, sizes: [1000, 250], bitRate: 8000 }), 0))
    expect(gone.map(({ due }) => due / SECOND)).toEqual([0, 1, 1.25, 2.25, 2.5])
  })

  test('over random plans: all are sent in order, none early, none twice', () => {
    const plan = fc.record({
      clients: fc.integer({ min: 1, max: 5 }),
      count: fc.integer({ min: 0, max: 20 }),
      interval: fc.nat(1000),
      burst: fc.integer({ min: 1, max: 4 }),
      sizes: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
      rate: fc.option(fc.integer({ min: 1000, max: 1e9 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(plan, ({ rate, ...rest }) => {
        const made = probePlan({ ...rest, ...(rate === undefined ? {} : { bitRate: rate }) })
        const schedule = new GridSchedule(made, 0)
        const gone = run(schedule)
        expect(schedule.exhausted).toBe(true)
        expect(schedule.wake()).toBe(Infinity)
        for (let client = 0; client < made.clients; client++) {
          const own = gone.filter(one => one.client === client)
          expect(own.map(({ sequence }) => sequence)).toEqual(Array.from({ length: rest.count }, (_, n) => n))
          for (const { sequence, due, at } of own) {
            expect(at).toBe(due)
            if (client === 0 && rate === undefined) expect(due).toBe(Math.floor(sequence / rest.burst) * rest.interval)
            if (client === 0 && rate !== undefined && sequence % rest.burst === 0) {
              let bits = 0
              for (let n = 0; n < sequence; n++) bits += 8 * probeSize(made, n)
              expect(Math.abs(due - (bits / rate) * SECOND)).toBeLessThanOrEqual(1)
            }
          }
        }
      }),
    )
  })
})

describe('the end', () => {
  test('a duration ends before the probe that would be due at its end', () => {
    const { count: _, ...endless } = probePlan({ interval: 10 * MILLISECOND, duration: 50 * MILLISECOND })
    const schedule = new GridSchedule(endless, 0)
    expect(run(schedule)).toHaveLength(5)
    expect(schedule.exhausted).toBe(true)
  })

  test('probes due before the end are sent late, but not without limit', () => {
    const { count: _, ...endless } = probePlan({ interval: 1, duration: 100, timeout: 1000 })
    const late = new GridSchedule(endless, 0)
    expect(late.next(1100)).toBe(0)
    expect(late.due).toBe(0)
    expect(late.next(1101)).toBe(-1)
    expect(late.exhausted).toBe(true)
  })

  test('a late sender does not shift the grid', () => {
    const schedule = new GridSchedule(probePlan({ count: 3, interval: 10 }), 0)
    expect([schedule.next(25), schedule.due, schedule.next(25), schedule.due, schedule.next(25), schedule.due]).toEqual(
      [0, 0, 0, 10, 0, 20],
    )
  })

  test('stop', () => {
    const schedule = new GridSchedule(probePlan(), 0)
    schedule.stop()
    expect([schedule.exhausted, schedule.next(1e9), schedule.wake()]).toEqual([true, -1, Infinity])
  })
})
