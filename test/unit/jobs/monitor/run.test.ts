import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND, type Nanos } from '../../../../src/base/nanos.ts'
import type { FreePortsPlan } from '../../../../src/engine/free-ports.ts'
import type { Capabilities, Engine, ProberSockets, RunningMonitor } from '../../../../src/engine/port.ts'
import type { Lookup } from '../../../../src/engine/resolve.ts'
import type { PathPlan, PathUpdate } from '../../../../src/facts/path.ts'
import { runMonitor, type MonitorRun } from '../../../../src/jobs/monitor/run.ts'
import { planWatch, type TargetPlan } from '../../../../src/jobs/monitor/plan.ts'
import { sizeTargets } from '../../../../src/jobs/monitor/size-targets.ts'
import type { WatchOptions } from '../../../../src/jobs/monitor/options.ts'
import { ManualTimers, settle } from '../../../helpers/manual-timers.ts'

/** When the monitor begins: 2026-11-30T12:00:00Z. */
const START_MS = Date.UTC(2026, 10, 30, 12)

interface Added {
  readonly plan: PathPlan
  readonly sockets: ProberSockets
}

/** An engine without sockets: it records every call, and the test makes its updates. */
class FakeEngine implements Engine {
  readonly name = 'kernel'
  readonly can: Capabilities
  readonly added: Added[] = []
  readonly log: string[] = []
  #onUpdates: (updates: readonly PathUpdate[]) => void = () => {}

  constructor(can: { readonly df: boolean; readonly tos: boolean } = { df: true, tos: true }) {
    const shared = { icmp: 'queue', truncation: 'kernel', timestamps: 'kernel', drops: true, reusePort: true } as const
    this.can = { ...shared, ...can }
  }

  readonly monitor = async (onUpdates: (updates: readonly PathUpdate[]) => void): Promise<RunningMonitor> => {
    this.#onUpdates = onUpdates
    let finish = (): void => {}
    const done = new Promise<void>(resolve => {
      finish = resolve
    })
    return Promise.resolve({
      add: (plan, sockets) => {
        this.added.push({ plan, sockets })
        this.log.push(`add ${plan.path} ${sockets.target.address}:${sockets.target.port}`)
      },
      remove: path => void this.log.push(`remove ${path}`),
      pause: isPaused => void this.log.push(`pause ${isPaused}`),
      abandon: () => {
        this.log.push('abandon')
        finish()
      },
      stop: () => {
        this.log.push('stop')
        finish()
      },
      done,
    })
  }

  update(...updates: readonly PathUpdate[]): void {
    this.#onUpdates(updates)
  }

  readonly probe = (): never => unused()
  readonly respond = (): never => unused()
  readonly respondInWorker = (): never => unused()
  readonly pathMtu = (): undefined => undefined
}

function unused(): never {
  throw new Error('a monitor needs no such call')
}

interface SetUp {
  readonly run: MonitorRun
  readonly engine: FakeEngine
  readonly timers: ManualTimers
  /** Level, message and fields of each line of the log. */
  readonly logged: unknown[]
  /** Name → addresses; a name that is not here does not exist. */
  readonly zone: Map<string, readonly string[]>
}

async function start(
  targets: readonly string[],
  options: WatchOptions = {},
  names: Readonly<Record<string, readonly string[]>> = {},
): Promise<SetUp> {
  const logged: unknown[] = []
  const [engine, timers, zone] = [new FakeEngine(), new ManualTimers(), new Map(Object.entries(names))]
  const lookup: Lookup = async host => {
    const found = zone.get(host)
    if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return Promise.resolve(found.map(address => ({ address, family: 4 })))
  }
  const run = await runMonitor(
    {
      engine: 'auto',
      refresh: 60 * SECOND,
      targets: targets.length === 0 ? [] : planWatch(targets, options).monitor.targets,
    },
    {
      engine,
      lookup,
      startTimer: timers.start,
      findPorts,
      steadyNow: () => START_MS + timers.now / MILLISECOND,
      log: (level, message, fields) => void logged.push([level, message, fields]),
    },
  )
  // Free ports are found.
  await settle()
  return { run, engine, timers, zone, logged }
}

/** Ports from 50000 on that nobody has. */
async function findPorts({ count, isTaken }: FreePortsPlan): Promise<number> {
  let first = 50_000
  while (Array.from({ length: count }, (_, n) => first + n).some(isTaken)) first += 1
  return Promise.resolve(first)
}

function eventsOf(run: MonitorRun, index = 0): readonly string[] {
  return run.view().targets[index]?.events.map(({ kind, text }) => `${kind}: ${text}`) ?? []
}

test('the flows of a target keep their source ports when its name has another address', async () => {
  const { run, engine, timers, zone } = await start(['edge', '127.0.0.1'], { flows: '2' }, { edge: ['192.0.2.1'] })
  await timers.advance(0)
  await settle()
  const added = () =>
    engine.added.splice(0).map(({ plan: { path }, sockets: { target, bind } }) => [path, target.address, bind?.port])
  expect(added()).toEqual([
    [0, '127.0.0.1', 50_000],
    [1, '127.0.0.1', 50_001],
    [2, '192.0.2.1', 50_002],
    [3, '192.0.2.1', 50_003],
  ])
  zone.set('edge', ['192.0.2.2'])
  await timers.advance(60 * SECOND)
  // The sockets before them are still open.
  expect(added()).toEqual([])
  engine.update({ kind: 'removed', path: 3 }, { kind: 'removed', path: 2 })
  expect(added()).toEqual([
    [5, '192.0.2.2', 50_003],
    [4, '192.0.2.2', 50_002],
  ])
  run.stop()
})

describe('paths', () => {
  test('one for each target and flow, spread over the interval', async () => {
    const { engine } = await start(['127.0.0.1', '[::1]:7'], { flows: '2', interval: '200ms', size: '64', ttl: '9' })
    expect(
      engine.added.map(({ plan: { path, phase }, sockets }) => [path, Math.round(phase / MILLISECOND), sockets.target]),
    ).toEqual(
      [0, 124, 47, 171].map((phase, path) => [
        path,
        phase,
        path < 2 ? { address: '127.0.0.1', port: 9000, family: 'udp4' } : { address: '::1', port: 7, family: 'udp6' },
      ]),
    )
    expect(engine.added[0]).toMatchObject({
      plan: { sizes: [64], interval: 200 * MILLISECOND, timeout: SECOND, receipts: true, payload: { kind: 'text' } },
      sockets: { ttl: 9 },
    })
  })

  test('names and sockets that fail are logged once, and again when they work', async () => {
    const { engine, timers, zone, logged } = await start(['edge'])
    await timers.advance(20 * SECOND)
    const name = { target: 'edge:9000' }
    expect(logged).toEqual([['warn', 'name not resolved', { ...name, reason: expect.any(String) as string }]])
    zone.set('edge', ['10.0.0.1'])
    await timers.advance(20 * SECOND)
    expect(logged.slice(1)).toEqual([['info', 'name resolved', { ...name, address: '10.0.0.1:9000' }]])
    engine.update({ kind: 'failed', path: 0, message: 'no route' })
    engine.update({ kind: 'failed', path: 0, message: 'no route' })
    engine.update({ kind: 'opened', path: 0, port: 4000 })
    expect(logged.slice(2)).toEqual([
      ['warn', 'socket not opened', { ...name, reason: 'no route' }],
      ['info', 'socket opened', name],
    ])
  })

  test('a changed address gives the target another path, in the same place of the interval', async () => {
    const { run, engine, timers, zone } = await start(['1.1.1.1', 'edge'], {}, { edge: ['10.0.0.1'] })
    await timers.advance(59.8 * SECOND)
    zone.set('edge', ['10.0.0.2'])
    await timers.advance(SECOND)
    expect(engine.log).toEqual(['add 0 1.1.1.1:9000', 'add 1 10.0.0.1:9000', 'remove 1', 'add 2 10.0.0.2:9000'])
    // The second lookup is a whole number of intervals after the first.
    expect(engine.added[2]?.plan.phase).toBe(engine.added[1]?.plan.phase)
    expect(run.view().targets.map(({ target, address }) => [target, address?.address])).toEqual([
      ['1.1.1.1:9000', '1.1.1.1'],
      ['edge:9000', '10.0.0.2'],
    ])
    expect(eventsOf(run, 1)).toEqual([
      'resolved: edge is 10.0.0.1',
      'addressChanged: edge is 10.0.0.2 now, was 10.0.0.1',
    ])
  })

  test('a path that cannot be opened is tried again, and the other target goes on', async () => {
    const { run, engine, timers } = await start(['10.0.0.1', '10.0.0.2'])
    engine.update({ kind: 'opened', path: 1, port: 40_000 }, { kind: 'failed', path: 0, message: 'no route' })
    const [first, second] = run.view().targets
    expect([first?.idle, second?.idle]).toEqual(['no socket can be opened: no route', undefined])
    await timers.advance(SECOND)
    expect(engine.log.slice(2)).toEqual(['remove 0', 'add 2 10.0.0.1:9000'])
    engine.update({ kind: 'removed', path: 0 }, { kind: 'opened', path: 2, port: 40_001 })
    expect(run.view().targets[0]?.idle).toBeUndefined()
    expect(eventsOf(run)).toEqual(['socketFailed: no socket can be opened: no route'])
  })

  test('a name without an address is shown as such, and probed when it has one', async () => {
    const { run, engine, timers, zone } = await start(['gone'])
    await timers.advance(0)
    expect(run.view().targets[0]).toMatchObject({
      idle: 'gone cannot be resolved: the name has no address (ENOTFOUND)',
    })
    zone.set('gone', ['10.0.0.9'])
    await timers.advance(SECOND)
    expect(engine.log).toEqual(['add 0 10.0.0.9:9000'])
    expect(eventsOf(run).at(-1)).toBe('resolved: gone is 10.0.0.9')
  })
})

describe('other targets while it runs', () => {
  function plans(targets: readonly string[], options: WatchOptions = {}): readonly TargetPlan[] {
    return planWatch(targets, options).monitor.targets
  }
  function named(run: MonitorRun): readonly string[] {
    return run.view().targets.map(({ target, size }) => (size === undefined ? target : `${target} ${size}`))
  }

  test('those that were probed already are not touched, and all are in the new order', async () => {
    const { run, engine } = await start(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    engine.update({ kind: 'opened', path: 0, port: 40_000 })
    await run.update(plans(['10.0.0.4', '10.0.0.3', '10.0.0.1']))
    expect(engine.log.slice(3)).toEqual(['remove 1', 'add 3 10.0.0.4:9000'])
    expect(named(run)).toEqual(['10.0.0.4:9000', '10.0.0.3:9000', '10.0.0.1:9000'])
    expect(run.measure().map(({ target }) => target)).toEqual(named(run))
    expect(run.view().targets[2]?.flows[0]?.port).toBe(40_000)
    const phases = engine.added.map(({ plan: { phase } }) => phase)
    expect(new Set(phases).size).toBe(4)
  })

  test('another module or another label is another target', async () => {
    const { run, engine } = await start(['10.0.0.1', '10.0.0.2'])
    const [first] = plans(['10.0.0.1'], { size: '200' })
    const [second] = plans(['10.0.0.2'])
    if (first === undefined || second === undefined) throw new Error('no plan')
    await run.update([first, { ...second, labels: { site: 'fra' } }])
    expect(engine.log.slice(2)).toEqual(['remove 0', 'remove 1', 'add 2 10.0.0.1:9000', 'add 3 10.0.0.2:9000'])
    expect(run.measure().map(({ labels }) => labels)).toEqual([{}, { site: 'fra' }])
  })

  test('each size of a module can be a target', async () => {
    const { run, engine } = await start([])
    await run.update(plans(['10.0.0.1'], { size: '64,1472' }).flatMap(sizeTargets))
    expect(engine.added.map(({ plan: { sizes, interval } }) => [sizes, interval])).toEqual([
      [[64], 2 * SECOND],
      [[1472], 2 * SECOND],
    ])
    expect(named(run)).toEqual(['10.0.0.1:9000 64', '10.0.0.1:9000 1472'])
    expect(run.measure().map(({ size }) => size)).toEqual([64, 1472])
    expect(run.measure('10.0.0.1:9000')).toEqual(run.measure())
    expect(run.measure('another:9000')).toEqual([])
  })

  test('a name that is known already is not asked again, and one that nobody needs is forgotten', async () => {
    const { run, engine, timers } = await start(['edge'], {}, { edge: ['10.0.0.1'] })
    await timers.advance(SECOND)
    await run.update(plans(['edge', 'edge:7']))
    expect(engine.log).toEqual(['add 0 10.0.0.1:9000', 'add 1 10.0.0.1:7'])
    await run.update([])
    expect(engine.log.slice(2)).toEqual(['remove 0', 'remove 1'])
    expect(timers.waiting).toBe(0)
    expect(run.isReady()).toBe(true)
  })

  test('a removed target is not ready to wait for, and its late updates change nothing', async () => {
    const { run, engine } = await start(['10.0.0.1'])
    await run.update([])
    engine.update({ kind: 'opened', path: 0, port: 40_000 }, { kind: 'removed', path: 0 })
    expect(run.isReady()).toBe(true)
    expect(run.view().targets).toEqual([])
  })

  test('a plan that cannot be carried out changes nothing', async () => {
    const { run, engine } = await start(['10.0.0.1'])
    const wrong = plans(['10.0.0.2'], { payload: 'file:/no/such/file' })
    await expect(run.update(wrong)).rejects.toMatchObject({ code: 'file' })
    expect(engine.log).toEqual(['add 0 10.0.0.1:9000'])
    await run.update(plans(['10.0.0.3']))
    expect(named(run)).toEqual(['10.0.0.3:9000'])
  })
})

test('it is ready when each target is probed, or has a reason why not', async () => {
  const { run, engine, timers } = await start(['10.0.0.1', '10.0.0.2', 'gone'])
  engine.update({ kind: 'opened', path: 0, port: 1 })
  await timers.advance(0)
  expect(run.isReady()).toBe(false)
  engine.update({ kind: 'failed', path: 1, message: 'no route' })
  expect(run.isReady()).toBe(true)
})

test('a pause is one of the engine and of the view', async () => {
  const { run, engine, timers } = await start(['10.0.0.1'])
  run.pause(true)
  expect(run.view()).toMatchObject({ isPaused: true, startedAt: START_MS, now: START_MS, engine: 'kernel' })
  await timers.advance(3 * SECOND)
  run.pause(false)
  expect(run.view()).toMatchObject({ isPaused: false, now: START_MS + 3000 })
  expect(engine.log.slice(1)).toEqual(['pause true', 'pause false'])
  expect(run.view().targets[0]?.events.map(({ kind }) => kind)).toEqual(['paused', 'resumed'])
})

test('after the end nothing is opened or looked up', async () => {
  const { run, engine, timers } = await start(['10.0.0.1', 'edge'], {}, { edge: ['10.0.0.2'] })
  await timers.advance(0)
  engine.update({ kind: 'failed', path: 0, message: 'no route' })
  run.stop()
  await run.done
  await timers.advance(600 * SECOND)
  expect(engine.log).toEqual(['add 0 10.0.0.1:9000', 'add 1 10.0.0.2:9000', 'stop'])
  expect(timers.waiting).toBe(0)
})

describe('it cannot start', () => {
  async function failure(options: WatchOptions, engine = new FakeEngine({ df: false, tos: false })): Promise<unknown> {
    const timers = new ManualTimers()
    const lookup: Lookup = async () => Promise.resolve([])
    const surroundings = {
      engine,
      lookup,
      startTimer: timers.start,
      findPorts,
      steadyNow: (): Nanos => 0,
      log: () => {},
    }
    return runMonitor(planWatch(['a'], options).monitor, surroundings).catch((error: unknown) => error)
  }

  test.each<[WatchOptions, string]>([
    [{ df: 'do' }, '--df needs the kernel engine'],
    [{ dscp: 'ef' }, '--tos and --dscp need the kernel engine'],
  ])('%j on an engine without it', async (options, message) => {
    expect(await failure(options)).toMatchObject({
      code: 'engine',
      message: expect.stringContaining(message) as string,
    })
  })

  test('without its payload', async () => {
    expect(await failure({ payload: 'file:/no/such/file' })).toMatchObject({ code: 'file' })
  })
})
