import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND, type Nanos } from '../../../src/base/nanos.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { PROBE_SIZE, readRun, readSequence } from '../../../src/wire/probe.ts'
import { MonitorHarness, outcomesOf, pageOf, pathPlan, type Departed } from './monitor-harness.ts'

const { waiting, whole, refused, unreachable } = OUTCOME
const ECONNREFUSED = 111
const HOUR: Nanos = 3600 * SECOND

/** The harness with one path. */
function monitorOf(answer?: ConstructorParameters<typeof MonitorHarness>[0], plan = pathPlan()): MonitorHarness {
  const monitor = new MonitorHarness(answer)
  monitor.machine.add(plan, 0)
  return monitor
}

describe('slots and epochs', () => {
  test('a probe in every slot, in epochs of ten seconds with run numbers of their own', () => {
    const monitor = monitorOf()
    monitor.pass(30 * SECOND)
    expect(monitor.departed.map(({ at }) => at)).toEqual(Array.from({ length: 31 }, (_, slot) => slot * SECOND))
    expect(monitor.began.map(({ number, start }) => [number, start])).toEqual([
      [0, 0],
      [1, 10 * SECOND],
      [2, 20 * SECOND],
      [3, 30 * SECOND],
    ])
    expect(new Set(monitor.departed.map(({ bytes }) => readRun(bytes, 0))).size).toBe(4)
    expect(monitor.departed.slice(0, 12).map(({ bytes }) => readSequence(bytes, 0))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1,
    ])
  })

  test('an epoch of an interval above ten seconds has one probe', () => {
    const monitor = monitorOf(undefined, pathPlan({ interval: 25 * SECOND }))
    monitor.pass(80 * SECOND)
    expect(monitor.began.map(({ start }) => start)).toEqual([0, 25 * SECOND, 50 * SECOND, 75 * SECOND])
    expect(outcomesOf(monitor.closed)).toEqual([whole, whole, whole, whole])
  })

  test('paths keep their phases', () => {
    const monitor = new MonitorHarness()
    monitor.machine.add(pathPlan({ path: 7, phase: 300 * MILLISECOND }), 0)
    monitor.machine.add(pathPlan({ path: 9, interval: 2 * SECOND, phase: 500 * MILLISECOND }), 0)
    monitor.pass(3 * SECOND)
    expect(monitor.departed.map(({ path, at }) => [path, at / MILLISECOND])).toEqual([
      [7, 300],
      [9, 500],
      [7, 1300],
      [7, 2300],
      [9, 2500],
    ])
  })

  test('an epoch is closed after its last timeout, and has no page beyond its slots', () => {
    const monitor = monitorOf(({ bytes, at }) => (readSequence(bytes, 0) % 5 === 4 ? [] : [at + MILLISECOND]))
    monitor.pass(9 * SECOND + 999 * MILLISECOND)
    expect(monitor.closed).toEqual([])
    monitor.pass(10 * SECOND + 200 * MILLISECOND)
    expect(monitor.closed).toHaveLength(1)
    expect(outcomesOf(monitor.closed)).toEqual([
      whole,
      whole,
      whole,
      whole,
      waiting,
      whole,
      whole,
      whole,
      whole,
      waiting,
    ])
    expect(monitor.closed.map(epoch => pageOf(epoch)?.outcome.length)).toEqual([10])
  })
})

describe('what belongs to another epoch than the latest', () => {
  test('a reply after its timeout, while the next epoch sends, is a late reply', () => {
    const monitor = monitorOf(({ bytes, at }) => [
      at + (readSequence(bytes, 0) === 9 ? 1050 * MILLISECOND : MILLISECOND),
    ])
    monitor.pass(15 * SECOND)
    expect(outcomesOf(monitor.closed)).toEqual(Array.from({ length: 10 }, () => whole))
    expect(pageOf(monitor.closed[0] ?? fail())?.arrived[9]).toBe(10_050 * MILLISECOND)
    expect(monitor.began.map(({ facts }) => facts.clients[0]?.foreign)).toEqual([0, 0])
  })

  test('a datagram of a closed epoch is counted as overdue, and is no stray', () => {
    const monitor = monitorOf()
    monitor.pass(25 * SECOND)
    const [first] = monitor.departed
    monitor.receive(1, first?.bytes ?? new Uint8Array(0))
    monitor.pass(45 * SECOND)
    expect(monitor.closed.map(({ overdue }) => overdue)).toEqual([0, 0, 1, 0])
    const clients = monitor.closed.map(({ facts }) => facts.clients[0])
    expect(clients.every(client => client?.foreign === 0 && client.unidentified === 0 && client.duplicates === 0)).toBe(
      true,
    )
  })

  test('a datagram with another run is foreign', () => {
    const monitor = monitorOf()
    monitor.pass(15 * SECOND)
    // A probe of another monitor: its own sequence, run and check.
    const other = new MonitorHarness()
    other.machine.add(pathPlan(), 0)
    other.pass(35 * SECOND)
    monitor.receive(1, (other.departed.at(-1) ?? fail()).bytes)
    monitor.pass(25 * SECOND)
    expect(monitor.closed.map(({ facts }) => facts.clients[0]?.foreign)).toEqual([0, 1])
  })

  test('a refusal and an ICMP error find their epoch', () => {
    const monitor = monitorOf(({ bytes }) => (readSequence(bytes, 0) === 3 ? undefined : []))
    monitor.pass(10 * SECOND + 50 * MILLISECOND)
    const ninth = monitor.departed[9] ?? fail()
    monitor.unreachable(1, { errno: ECONNREFUSED, type: 3, code: 3 }, ninth.bytes.slice())
    // Without a quote: it is about the newest open probe before the one that was sent next.
    const eleventh = monitor.departed[10] ?? fail()
    monitor.unreachable(1, { errno: ECONNREFUSED, before: eleventh.token })
    monitor.pass(22 * SECOND)
    const [first = fail(), second = fail()] = monitor.closed
    expect(outcomesOf([first])).toEqual([
      waiting,
      waiting,
      waiting,
      refused,
      ...Array(4).fill(waiting),
      unreachable,
      unreachable,
    ])
    expect(outcomesOf([second])).toEqual([waiting, waiting, waiting, refused, ...Array(6).fill(waiting)])
  })
})

describe('slots without a probe', () => {
  test('after five seconds without running, the overdue slots are missed, and nothing leaves in a burst', () => {
    const monitor = monitorOf()
    monitor.pass(2 * SECOND + 100 * MILLISECOND)
    monitor.suspend(5 * SECOND)
    monitor.pass(20 * SECOND + 500 * MILLISECOND)
    // The slot of 7 s is late by less than an interval.
    expect(monitor.departed.slice(0, 6).map(({ at }) => at / MILLISECOND)).toEqual([0, 1000, 2000, 7100, 8000, 9000])
    expect(monitor.closed.map(({ missed }) => missed)).toEqual([4, 0])
    expect(pageOf(monitor.closed[0] ?? fail())?.scheduled?.slice(0, 6)).toEqual(
      Float64Array.of(0, 1, 2, 7, 8, 9).map(seconds => seconds * SECOND),
    )
  })

  test('after an hour without running, whole epochs are skipped and counted', () => {
    const monitor = monitorOf()
    monitor.pass(5 * SECOND + 500 * MILLISECOND)
    monitor.suspend(HOUR)
    monitor.pass(monitor.now + 30 * SECOND)
    expect(monitor.departed.filter(({ at }) => at > 6 * SECOND && at < HOUR)).toEqual([])
    const counted = monitor.closed.reduce((sum, { missed }) => sum + missed, 0) + outcomesOf(monitor.closed).length
    const last = monitor.closed.at(-1) ?? fail()
    expect(counted).toBe((last.start + 10 * SECOND) / SECOND)
    expect(monitor.began.length).toBeLessThan(8)
  })

  test('while paused nothing leaves, and the grid goes on', () => {
    const monitor = monitorOf()
    monitor.pass(3 * SECOND + 500 * MILLISECOND)
    monitor.machine.pause(true)
    monitor.pass(6 * SECOND + 500 * MILLISECOND)
    monitor.machine.pause(false)
    monitor.pass(15 * SECOND)
    expect(monitor.departed.slice(0, 7).map(({ at }) => at / SECOND)).toEqual([0, 1, 2, 3, 7, 8, 9])
    expect(monitor.closed.map(({ paused, missed }) => [paused, missed])).toEqual([[3, 0]])
  })
})

describe('the end of paths', () => {
  test('a removed path sends nothing more, and its last epoch gets its timeouts', () => {
    const monitor = new MonitorHarness(() => [])
    monitor.machine.add(pathPlan({ path: 1 }), 0)
    monitor.machine.add(pathPlan({ path: 2 }), 0)
    monitor.pass(4500 * MILLISECOND)
    monitor.machine.remove(1, monitor.now)
    monitor.pass(4900 * MILLISECOND)
    expect(monitor.removed).toEqual([])
    monitor.pass(9 * SECOND)
    expect(monitor.removed).toEqual([1])
    expect(monitor.closed.map(({ path, facts }) => [path, facts.clients[0]?.scheduled])).toEqual([[1, 5]])
    expect(monitor.departed.filter(({ path }) => path === 1)).toHaveLength(5)
    expect(monitor.machine.closed).toBe(false)
  })

  test('after a stop all epochs are closed, then the monitor', () => {
    const monitor = new MonitorHarness()
    for (const path of [1, 2, 3]) monitor.machine.add(pathPlan({ path, phase: path * 100 * MILLISECOND }), 0)
    monitor.pass(12 * SECOND)
    monitor.machine.stop(monitor.now)
    monitor.pass(HOUR)
    expect(monitor.machine.closed).toBe(true)
    expect(new Set(monitor.removed)).toEqual(new Set([1, 2, 3]))
    expect(outcomesOf(monitor.closed)).toHaveLength(monitor.departed.length)
    expect(monitor.closed.every(({ facts }) => !facts.interrupted)).toBe(true)
  })

  test('a path before its first slot, and one added after the stop, are removed at once', () => {
    const monitor = new MonitorHarness()
    monitor.machine.add(pathPlan({ phase: HOUR }), 0)
    monitor.machine.stop(0)
    monitor.machine.add(pathPlan({ path: 5 }), 0)
    monitor.pass(SECOND)
    expect(monitor.removed).toEqual([5, 1])
    expect(monitor.departed).toEqual([])
  })
})

/** What a random network does with a probe, by its number. */
const action = fc.record({
  action: fc.constantFrom('reply', 'reply', 'reply', 'lose', 'refuse', 'copy', 'late'),
  delay: fc.integer({ min: 1, max: 900 }),
})
const plans = fc.record({
  interval: fc.constantFrom(200 * MILLISECOND, SECOND, 3 * SECOND, 17 * SECOND),
  phase: fc.integer({ min: 0, max: 3000 }).map(ms => ms * MILLISECOND),
})

test('property: every slot is a probe, missed or paused, and every outcome equals the network’s record', () => {
  fc.assert(
    fc.property(
      fc.array(plans, { minLength: 1, maxLength: 4 }),
      fc.array(action, { minLength: 1, maxLength: 40 }),
      fc.array(fc.record({ run: fc.integer({ min: 1, max: 30 }), gap: fc.integer({ min: 0, max: 40 }) }), {
        maxLength: 4,
      }),
      (paths, actions, pauses) => {
        const record: { readonly sent: Departed; readonly outcome: number; readonly copies: number }[] = []
        const monitor = new MonitorHarness(sent => {
          const { action: what, delay } = actions[record.length % actions.length] ?? fail()
          record.push({
            sent,
            outcome: what === 'refuse' ? refused : what === 'lose' ? waiting : whole,
            copies: what === 'copy' ? 1 : 0,
          })
          if (what === 'refuse') return undefined
          if (what === 'lose') return []
          const at = sent.at + (what === 'late' ? 1040 : delay) * MILLISECOND
          return what === 'copy' ? [at, at + MILLISECOND] : [at]
        })
        paths.forEach((plan, path) => monitor.machine.add(pathPlan({ path, ...plan }), 0))
        let end: Nanos = 0
        for (const { run, gap } of pauses) {
          end = monitor.now + run * SECOND
          monitor.pass(end)
          monitor.suspend(gap * SECOND)
        }
        monitor.pass(monitor.now + 20 * SECOND)
        monitor.machine.stop(monitor.now)
        monitor.pass(Infinity)
        expect(monitor.machine.closed).toBe(true)
        paths.forEach(({ interval, phase }, path) => {
          const epochs = monitor.closed.filter(epoch => epoch.path === path)
          expect(epochs.map(({ number }) => number)).toEqual(epochs.map((_, n) => n))
          const rows = epochs.flatMap(epoch => {
            const page = pageOf(epoch)
            const { scheduled = 0 } = epoch.facts.clients[0] ?? {}
            return Array.from({ length: scheduled }, (_, n) => ({
              due: page?.scheduled?.[n] ?? NaN,
              sent: page?.sent[n] ?? NaN,
              outcome: page?.outcome[n],
              copies: page?.copies[n],
            }))
          })
          const own = record.filter(({ sent }) => sent.path === path)
          expect(rows.map(({ outcome }) => outcome)).toEqual(own.map(({ outcome }) => outcome))
          expect(rows.map(({ copies }) => copies)).toEqual(own.map(({ copies }) => copies))
          expect(rows.map(({ sent }) => sent)).toEqual(own.map(({ sent }) => sent.at))
          // On the grid, never early, never late by more than an interval.
          for (const { due, sent } of rows) {
            expect((due - phase) % interval).toBe(0)
            expect(sent - due).toBeGreaterThanOrEqual(0)
            expect(sent - due).toBeLessThanOrEqual(interval)
          }
          const last = rows.at(-1)
          const missed = epochs.reduce((sum, one) => sum + one.missed, 0)
          const slots = last === undefined ? 0 : (last.due - phase) / interval + 1
          // Slots after the last probe may be missed too.
          expect(rows.length + missed).toBeGreaterThanOrEqual(slots)
          expect(new Set(rows.map(({ due }) => due)).size).toBe(rows.length)
        })
      },
    ),
  )
})

function fail(): never {
  throw new Error('missing')
}

test('paths with one payload send the same bytes, and those with another one others', () => {
  const monitor = new MonitorHarness()
  const content = new Uint8Array([1, 2, 3])
  const payloads = [
    { kind: 'random', seed: 5 },
    { kind: 'random', seed: 5 },
    { kind: 'random', seed: 6 },
    { kind: 'file', seed: 5, content },
    { kind: 'file', seed: 5, content: content.slice() },
    { kind: 'file', seed: 5, content: content.slice(1) },
  ] as const
  for (const [path, payload] of payloads.entries()) monitor.machine.add(pathPlan({ path, payload }), 0)
  monitor.pass(0)
  const inOrder = monitor.departed.toSorted((one, other) => one.path - other.path)
  const sent = inOrder.map(({ bytes }) => [...bytes.subarray(PROBE_SIZE)].join())
  expect(sent).toHaveLength(6)
  expect(sent[1]).toBe(sent[0])
  expect(sent[4]).toBe(sent[3])
  expect(new Set(sent).size).toBe(4)
})
