import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND, type Nanos } from '../../../../src/base/nanos.ts'
import { parseTarget } from '../../../../src/base/target.ts'
import { Searches } from '../../../../src/jobs/exporter/searches.ts'
import type { DiscoveredTarget, ModuleConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import type { SearchFindings } from '../../../../src/verdict/monitor/search-result.ts'
import { ManualTimers, settle } from '../../../helpers/manual-timers.ts'

const MINUTE = 60 * SECOND
const MTU: ModuleConfig = { name: 'mtu', run: 'mtu', settings: {}, options: {}, interval: 10 * MINUTE }

function target(host: string, module = MTU, labels: Readonly<Record<string, string>> = {}): DiscoveredTarget {
  return { target: parseTarget(`${host}:9000`), module, labels }
}

interface Start {
  readonly name: string
  readonly at: Nanos
  end: Nanos | undefined
}

/** Searches on a manual clock. Each takes `takes` and finds what `finds` returns, unless it is interrupted. */
class Bench {
  readonly timers = new ManualTimers()
  readonly starts: Start[] = []
  readonly log: string[] = []
  takes: Nanos = 5 * SECOND
  finds: (name: string) => SearchFindings = () => ({ pathMtu: 1400, blackHole: false })
  readonly searches = new Searches({
    startTimer: this.timers.start,
    elapsed: () => this.timers.now,
    now: () => 1_000_000 + this.timers.now / 1e6,
    search: async (wanted, signal) => this.#search(wanted, signal),
    close: () => void this.log.push('closed'),
    log: (level, message, fields = {}) => void this.log.push(`${level} ${message} ${Object.values(fields).join(' ')}`),
  })

  get inProgress(): readonly Start[] {
    return this.starts.filter(({ end }) => end === undefined)
  }

  startsOf(name: string): readonly number[] {
    return this.starts.filter(start => start.name === name).map(({ at }) => at / SECOND)
  }

  async #search(wanted: DiscoveredTarget, signal: AbortSignal): Promise<SearchFindings> {
    const name = `${wanted.target.host} ${wanted.module.name}`
    const start: Start = { name, at: this.timers.now, end: undefined }
    this.starts.push(start)
    await new Promise<void>(resolve => {
      const timer = this.timers.start(resolve, this.takes)
      signal.addEventListener('abort', () => {
        timer.cancel()
        resolve()
      })
    })
    start.end = this.timers.now
    return this.finds(name)
  }
}

describe('one target', () => {
  test('is searched at once, and again after each interval, counted from start to start', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1')])
    expect(bench.searches.results()).toEqual([])
    await bench.timers.advance(4 * SECOND)
    expect(bench.searches.results()).toEqual([])
    await bench.timers.advance(SECOND)
    expect(bench.searches.results()).toEqual([
      {
        target: '10.0.0.1:9000',
        module: 'mtu',
        labels: {},
        run: 'mtu',
        endedAt: 1_005_000,
        pathMtu: 1400,
        blackHole: false,
      },
    ])
    await bench.timers.advance(21 * MINUTE)
    expect(bench.startsOf('10.0.0.1 mtu')).toEqual([0, 600, 1200])
  })

  test('a search that found nothing leaves no earlier finding, but its own time and reason', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1')])
    await bench.timers.advance(MINUTE)
    bench.finds = () => ({ failure: 'no path MTU: nothing answered' })
    await bench.timers.advance(10 * MINUTE)
    expect(bench.searches.results()).toEqual([
      {
        target: '10.0.0.1:9000',
        module: 'mtu',
        labels: {},
        run: 'mtu',
        endedAt: 1_605_000,
        failure: 'no path MTU: nothing answered',
      },
    ])
  })

  test('a search that cannot run has the error as its reason, and the next one runs as usual', async () => {
    const bench = new Bench()
    bench.finds = () => {
      throw new Error('cannot resolve edge: no such name')
    }
    bench.searches.update([target('edge')])
    await bench.timers.advance(11 * MINUTE)
    expect(bench.searches.results()[0]?.failure).toBe('cannot resolve edge: no such name')
    bench.finds = () => ({ maxIntactSize: 8972 })
    await bench.timers.advance(10 * MINUTE)
    expect(bench.searches.results()[0]).toMatchObject({ maxIntactSize: 8972, endedAt: 2_205_000 })
    // One line when it begins to fail, one when it succeeds again.
    expect(bench.log).toEqual([
      'warn search failed edge:9000 mtu cannot resolve edge: no such name',
      'info search succeeded again edge:9000 mtu',
    ])
  })

  test('a search longer than its interval is not started twice: starts that come while it runs are skipped', async () => {
    const bench = new Bench()
    bench.takes = 50 * SECOND
    bench.searches.update([target('10.0.0.1', { ...MTU, interval: 20 * SECOND })])
    await bench.timers.advance(200 * SECOND)
    expect(bench.startsOf('10.0.0.1 mtu')).toEqual([0, 60, 120, 180])
    expect(bench.inProgress).toHaveLength(1)
  })

  test('a search that does not end is interrupted after its interval, and has no result', async () => {
    const bench = new Bench()
    bench.takes = Infinity
    bench.searches.update([target('10.0.0.1')])
    await bench.timers.advance(9 * MINUTE)
    expect(bench.inProgress).toHaveLength(1)
    await bench.timers.advance(MINUTE - SECOND)
    expect(bench.searches.results()).toEqual([])
    await bench.timers.advance(SECOND)
    expect(bench.searches.results()).toEqual([
      expect.objectContaining({ failure: 'it did not end within 10m', endedAt: 1_600_000 }),
    ])
    expect(bench.startsOf('10.0.0.1 mtu')).toEqual([0, 600])
  })

  test('of a module that probes without end is left out', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1', { name: 'small', run: 'send', settings: {}, options: {} })])
    await bench.timers.advance(MINUTE)
    expect(bench.starts).toEqual([])
    expect(bench.timers.waiting).toBe(0)
  })

  test('of a module without an interval is searched every ten minutes', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1', { name: 'mtu', run: 'mtu', settings: {}, options: {} })])
    await bench.timers.advance(11 * MINUTE)
    expect(bench.startsOf('10.0.0.1 mtu')).toEqual([0, 600])
  })
})

describe('update by difference', () => {
  test('an untouched target keeps its schedule and result, also if its module is read again and its labels change', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1'), target('10.0.0.2')])
    await bench.timers.advance(5 * MINUTE)
    const again = { ...MTU, options: { ...MTU.options } }
    bench.searches.update([target('10.0.0.1', again, { site: 'fra' }), target('10.0.0.3', again)])
    expect(bench.searches.results()).toEqual([
      expect.objectContaining({ target: '10.0.0.1:9000', pathMtu: 1400, labels: { site: 'fra' } }),
    ])
    await bench.timers.advance(6 * MINUTE)
    expect(bench.startsOf('10.0.0.1 mtu')).toEqual([0, 600])
    expect(bench.startsOf('10.0.0.2 mtu')).toEqual([1])
    expect(bench.startsOf('10.0.0.3 mtu')).toEqual([300])
  })

  test('other options of the module start a new search', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1')])
    await bench.timers.advance(MINUTE)
    bench.searches.update([target('10.0.0.1', { ...MTU, options: { timeout: '2s' } })])
    expect(bench.searches.results()).toEqual([])
    await bench.timers.advance(MINUTE)
    expect(bench.startsOf('10.0.0.1 mtu')).toEqual([0, 60])
    expect(bench.searches.results()).toHaveLength(1)
  })

  test('a removed target is interrupted, loses its result at once, and does not come back', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1')])
    await bench.timers.advance(10 * MINUTE + SECOND)
    expect(bench.inProgress).toHaveLength(1)
    expect(bench.searches.results()).toHaveLength(1)
    bench.searches.update([])
    expect(bench.searches.results()).toEqual([])
    await bench.timers.advance(0)
    expect(bench.inProgress).toEqual([])
    await bench.timers.advance(30 * MINUTE)
    expect(bench.starts).toHaveLength(2)
    expect(bench.searches.results()).toEqual([])
    expect(bench.timers.waiting).toBe(0)
  })

  test('a target removed after its time limit does not come back either', async () => {
    const bench = new Bench()
    bench.takes = Infinity
    bench.searches.update([target('10.0.0.1')])
    bench.timers.start(() => bench.searches.update([]), 10 * MINUTE)
    await bench.timers.advance(30 * MINUTE)
    expect(bench.starts).toHaveLength(1)
    expect(bench.searches.results()).toEqual([])
  })

  test('a target in two groups is searched once, with the labels of the first', async () => {
    const bench = new Bench()
    bench.searches.update([target('10.0.0.1', MTU, { site: 'fra' }), target('10.0.0.1', MTU, { site: 'ber' })])
    await bench.timers.advance(MINUTE)
    expect(bench.starts).toHaveLength(1)
    expect(bench.searches.results()).toEqual([expect.objectContaining({ labels: { site: 'fra' } })])
  })
})

describe('many targets', () => {
  const fleet = Array.from({ length: 1000 }, (_, number) => target(`10.0.${number >> 8}.${number & 255}`))

  test('start spread over the interval, and two at the same time at most', async () => {
    const bench = new Bench()
    bench.takes = SECOND
    bench.searches.update(fleet)
    let most = 0
    for (let step = 0; step < 1200; step++) {
      await bench.timers.advance(SECOND / 2)
      most = Math.max(most, bench.inProgress.length)
    }
    expect(most).toBe(2)
    const perMinute = Array.from({ length: 10 }, (_, minute) => {
      return bench.starts.filter(({ at }) => at >= minute * MINUTE && at < (minute + 1) * MINUTE).length
    })
    expect(perMinute).toEqual(Array.from({ length: 10 }, () => 100))
    expect(new Set(bench.starts.map(({ name }) => name)).size).toBe(1000)
  })

  test('are reported as behind once, whatever others are on time', async () => {
    const bench = new Bench()
    bench.takes = 10 * SECOND
    const rare = { ...MTU, name: 'rare', interval: 24 * 60 * MINUTE }
    const often = { ...MTU, name: 'often', interval: 30 * SECOND }
    const hosts = Array.from({ length: 100 }, (_, number) => `10.0.0.${number}`)
    bench.searches.update(hosts.flatMap(host => [target(host, often), target(host, rare)]))
    await bench.timers.advance(15 * MINUTE)
    expect(bench.log).toEqual(['warn searches are behind by an interval: use a longer one or fewer targets often'])
  })

  test('are searched in turn, each as often as the others, if all together need longer than the interval', async () => {
    const bench = new Bench()
    bench.takes = 10 * SECOND
    bench.searches.update(fleet.slice(0, 300))
    await bench.timers.advance(100 * MINUTE - SECOND)
    const counts = fleet.slice(0, 300).map(({ target: { host } }) => bench.startsOf(`${host} mtu`).length)
    expect([...new Set(counts)].toSorted((a, b) => a - b)).toEqual([4])
    expect(bench.log.filter(line => line.includes('behind'))).toHaveLength(1)
  })
})

test('close interrupts what is in progress, and resolves when it has ended', async () => {
  const bench = new Bench()
  bench.searches.update([target('10.0.0.1'), target('10.0.0.2'), target('10.0.0.3'), target('10.0.0.4')])
  await bench.timers.advance(3 * SECOND)
  expect(bench.inProgress).toHaveLength(2)
  await bench.searches.close()
  expect(bench.inProgress).toEqual([])
  expect(bench.log).toEqual(['closed'])
  expect(bench.searches.results()).toEqual([])
  await bench.timers.advance(30 * MINUTE)
  expect(bench.starts).toHaveLength(2)
  expect(bench.timers.waiting).toBe(0)
})

test('for any updates and durations: never two of one target, never three of all, results of present targets only', async () => {
  const hosts = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']
  const step = fc.record({
    present: fc.subarray(hosts),
    takes: fc.integer({ min: 0, max: 90 }),
    passes: fc.integer({ min: 0, max: 120 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async steps => {
      const bench = new Bench()
      for (const { present, takes, passes } of steps) {
        bench.takes = takes * SECOND
        bench.searches.update(present.map(host => target(host, { ...MTU, interval: 20 * SECOND })))
        expect(bench.searches.results().every(one => present.some(host => one.target === `${host}:9000`))).toBe(true)
        for (let second = 0; second <= passes; second += 10) {
          await bench.timers.advance(10 * SECOND)
          const running = bench.inProgress.map(({ name }) => name)
          expect(running.length).toBeLessThanOrEqual(2)
          expect(new Set(running).size).toBe(running.length)
        }
      }
      bench.searches.update([])
      await settle()
      expect(bench.timers.waiting).toBe(0)
      expect(bench.inProgress).toEqual([])
    }),
    { numRuns: 50 },
  )
})
