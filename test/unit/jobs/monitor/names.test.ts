import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import type { Found, Lookup } from '../../../../src/engine/resolve.ts'
import { Names, type NameListener } from '../../../../src/jobs/monitor/names.ts'
import { ManualTimers, settle } from '../../../helpers/manual-timers.ts'

/** A resolver with a table that the test changes. A name that is not in it does not exist. */
class Zone {
  readonly table = new Map<string, readonly string[]>()
  readonly asked: string[] = []
  running = 0
  mostRunning = 0
  /** Lookups wait while this is set. */
  held: Promise<void> | undefined

  readonly lookup: Lookup = async (host, family) => {
    this.asked.push(`${host} ${family}`)
    this.running += 1
    this.mostRunning = Math.max(this.mostRunning, this.running)
    await this.held
    this.running -= 1
    const found = this.table.get(host)
    if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return found.map((address): Found => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
}

class Log implements NameListener {
  readonly lines: string[] = []
  readonly resolved: NameListener['resolved'] = addresses =>
    void this.lines.push(addresses.map(({ address }) => address).join(' '))

  readonly failed: NameListener['failed'] = ({ code }) => void this.lines.push(code)
}

function names(zone: Zone, timers: ManualTimers, concurrency = 4): Names {
  return new Names({ lookup: zone.lookup, concurrency, refresh: 60 * SECOND, startTimer: timers.start })
}

test('a name is resolved at once, and again after each refresh', async () => {
  const [zone, timers, log] = [new Zone(), new ManualTimers(), new Log()]
  zone.table.set('edge', ['10.0.0.1', '10.0.0.2'])
  names(zone, timers).watch('edge', undefined, log)
  await timers.advance(59 * SECOND)
  expect(log.lines).toEqual(['10.0.0.1 10.0.0.2'])
  zone.table.set('edge', ['10.0.0.3'])
  await timers.advance(61 * SECOND)
  expect(log.lines).toEqual(['10.0.0.1 10.0.0.2', '10.0.0.3', '10.0.0.3'])
})

test('a name without an address is tried again, ever more rarely, and then each minute', async () => {
  const [zone, timers, log] = [new Zone(), new ManualTimers(), new Log()]
  names(zone, timers).watch('edge', 6, log)
  // After 0, 1, 3, 7, 15, 31, 63, 123, 183 s.
  await timers.advance(190 * SECOND)
  expect(log.lines).toEqual(Array.from({ length: 9 }, () => 'resolve'))
  expect(new Set(zone.asked)).toEqual(new Set(['edge 6']))
  zone.table.set('edge', ['::1'])
  await timers.advance(53 * SECOND)
  expect(log.lines.at(-1)).toBe('::1')
  zone.table.clear()
  await timers.advance(62 * SECOND)
  // The next failure begins with the shortest time again.
  expect(log.lines.slice(-3)).toEqual(['::1', 'resolve', 'resolve'])
})

test('listeners of one name share its lookups; another IP version is another name', async () => {
  const [zone, timers, logs] = [new Zone(), new ManualTimers(), [new Log(), new Log(), new Log()] as const]
  zone.table.set('edge', ['10.0.0.1'])
  const all = names(zone, timers)
  all.watch('edge', undefined, logs[0])
  all.watch('edge', undefined, logs[1])
  all.watch('edge', 4, logs[2])
  await settle()
  expect(zone.asked).toEqual(['edge 0', 'edge 4'])
  expect(logs.map(({ lines }) => lines)).toEqual([['10.0.0.1'], ['10.0.0.1'], ['10.0.0.1']])
})

describe('a silent name server', () => {
  test('does not pile up lookups: few at a time, and each name in turn', async () => {
    const [zone, timers, log] = [new Zone(), new ManualTimers(), new Log()]
    let release = (): void => {}
    zone.held = new Promise(resolve => {
      release = resolve
    })
    const all = names(zone, timers, 3)
    const hosts = Array.from({ length: 1000 }, (_, n) => `host${n}`)
    for (const host of hosts) {
      zone.table.set(host, ['10.0.0.1'])
      all.watch(host, undefined, log)
    }
    await timers.advance(600 * SECOND)
    expect(zone.asked).toHaveLength(3)
    release()
    await settle()
    expect(zone.asked).toEqual(hosts.map(host => `${host} 0`))
    expect(zone.mostRunning).toBe(3)
    expect(log.lines).toHaveLength(1000)
  })

  test('after the end nothing is looked up, and no listener is called', async () => {
    const [zone, timers, log] = [new Zone(), new ManualTimers(), new Log()]
    const all = names(zone, timers, 1)
    zone.table.set('a', ['10.0.0.1'])
    all.watch('a', undefined, log)
    all.watch('b', undefined, log)
    all.close()
    await timers.advance(600 * SECOND)
    expect(zone.asked).toEqual(['a 0'])
    expect(log.lines).toEqual([])
    expect(timers.waiting).toBe(0)
  })
})
