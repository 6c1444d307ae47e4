import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { GroupTargets } from '../../../../src/jobs/discovery/group-targets.ts'
import type { GroupPlan } from '../../../../src/jobs/monitor/config-plan.ts'
import { group, module, shown, Surroundings, targets } from './surroundings.ts'

class Started extends Surroundings {
  readonly discovery: GroupTargets
  /** The targets after each change. */
  readonly updates: (readonly string[])[] = []

  constructor(groups: readonly GroupPlan[], before: (surroundings: Surroundings) => void = () => {}) {
    super()
    before(this)
    this.discovery = new GroupTargets(groups, this)
    this.discovery.onChange(() => this.updates.push(this.shown))
  }

  get shown(): readonly string[] {
    return shown(this.discovery.targets)
  }
}

const MESH = { name: 'mesh', type: 'A', port: 7, refresh: 30 * SECOND } as const

function withMesh({ disk, names }: Surroundings): void {
  names.addresses.set('mesh', ['10.0.0.2', '10.0.0.3'])
  disk.write('/sd/a.json', [{ targets: ['a:9'], labels: { site: 'fra' } }])
}

test('targets of a configuration are there at once, and need no readiness', async () => {
  const started = new Started([group({ targets: targets('a:9') })])
  expect(started.shown).toEqual(['a:9 small'])
  expect(started.discovery.isReady()).toBe(true)
  await started.discovery.ready
})

test('targets of all sources, as each is read', async () => {
  const started = new Started([group({ targets: targets('b:9'), files: ['/sd/*.json'], dns: MESH })], withMesh)
  expect(started.discovery.isReady()).toBe(false)
  expect(started.shown).toEqual(['b:9 small'])
  await started.discovery.ready
  expect(started.discovery.isReady()).toBe(true)
  expect(started.shown).toEqual(['b:9 small', 'a:9 small site=fra', '10.0.0.2:7 small', '10.0.0.3:7 small'])
  expect(started.updates.at(-1)).toEqual(started.shown)
  expect(started.lines).toEqual([])
})

test('a source that fails does not hold up readiness, nor the others', async () => {
  const started = new Started([
    group({ targets: targets('b:9'), files: ['/sd/none.json'], dns: { ...MESH, name: 'no' } }),
  ])
  await started.pass(0)
  expect(started.discovery.isReady()).toBe(true)
  expect(started.shown).toEqual(['b:9 small'])
  expect(started.lines).toHaveLength(2)
})

test('nobody is called while nothing changes', async () => {
  const started = new Started([group({ files: ['/sd/*.json'], dns: MESH })], withMesh)
  await started.pass(5)
  const before = started.updates.length
  await started.pass(600)
  started.disk.write('/sd/a.json', [{ targets: [] }, { targets: ['a:9'], labels: { site: 'fra' } }])
  await started.pass(5)
  expect(started.updates).toHaveLength(before)
  started.disk.write('/sd/a.json', [{ targets: ['a:9'], labels: { site: 'ams' } }])
  await started.pass(5)
  expect(started.updates).toHaveLength(before + 1)
  expect(started.shown[0]).toBe('a:9 small site=ams')
})

test('a listener that comes after a change is called at once', async () => {
  const started = new Started([group({ files: ['/sd/*.json'] })], withMesh)
  await started.pass(0)
  let calls = 0
  started.discovery.onChange(() => (calls += 1))
  expect(calls).toBe(1)
  const unchanged = new Started([group({ targets: targets('b:9') })])
  unchanged.discovery.onChange(() => (calls += 1))
  expect(calls).toBe(1)
})

describe('a name that begins with the hostname', () => {
  const plan = group({
    skipSelf: true,
    targets: targets('fra-1.a.example:9', 'fra-1.b.example:9', 'fra-2.a.example:9'),
  })

  test('is this host, unless it has only addresses of others', async () => {
    const started = new Started([plan, group({ targets: targets('fra-1.c.example:9') })], ({ names }) => {
      names.addresses.set('fra-1.a.example', ['10.0.0.9', '10.0.0.1'])
      names.addresses.set('fra-1.b.example', ['10.0.0.9'])
    })
    expect(started.shown).toEqual(['fra-2.a.example:9 small', 'fra-1.c.example:9 small'])
    await started.pass(0)
    expect(started.shown).toEqual(['fra-1.b.example:9 small', 'fra-2.a.example:9 small', 'fra-1.c.example:9 small'])
    expect(started.updates.at(-1)).toEqual(started.shown)
    await started.pass(600)
    // Only those of the group that skips itself, once.
    expect(started.names.asked).toEqual(['fra-1.a.example 0', 'fra-1.b.example 0'])
  })

  test('is asked again each minute while there is no answer', async () => {
    const started = new Started([plan])
    await started.pass(90)
    expect(started.shown).toEqual(['fra-2.a.example:9 small'])
    started.names.addresses.set('fra-1.b.example', ['10.0.0.9'])
    await started.pass(60)
    expect(started.shown).toEqual(['fra-1.b.example:9 small', 'fra-2.a.example:9 small'])
    started.discovery.close()
    await started.pass(0)
    expect(started.timers.waiting).toBe(0)
  })
})

describe('after a reload', () => {
  test('unchanged sources keep their targets without being asked again', async () => {
    const plan = group({ files: ['/sd/*.json'], dns: MESH })
    const started = new Started([plan], withMesh)
    await started.pass(5)
    const [asked, reads] = [started.names.asked.length, started.disk.reads]
    const big = module('big')
    started.discovery.update([group({ targets: targets('b:9') }), { ...plan, modules: [big], labels: { n: '2' } }])
    expect(started.discovery.isReady()).toBe(true)
    expect(started.shown).toEqual(['b:9 small', 'a:9 big n=2 site=fra', '10.0.0.2:7 big n=2', '10.0.0.3:7 big n=2'])
    expect(started.updates.at(-1)).toEqual(started.shown)
    expect([started.names.asked.length, started.disk.reads]).toEqual([asked, reads])
  })

  test('another refresh keeps the addresses', async () => {
    const started = new Started([group({ dns: MESH })], withMesh)
    await started.pass(1)
    started.discovery.update([group({ dns: { ...MESH, refresh: 10 * SECOND } })])
    expect(started.shown).toHaveLength(2)
    await started.pass(60)
    // At 0, 30, 40, 50, 60.
    expect(started.names.asked).toHaveLength(5)
  })

  test('sources that are gone are not read any more', async () => {
    const started = new Started([group({ files: ['/sd/*.json'], dns: MESH })], withMesh)
    await started.pass(5)
    started.discovery.update([group({ targets: targets('b:9') })])
    expect(started.shown).toEqual(['b:9 small'])
    expect(started.timers.waiting).toBe(0)
  })

  test('a new source is read before all is ready', async () => {
    const started = new Started([group({ targets: targets('b:9') })], withMesh)
    started.discovery.update([group({ dns: MESH })])
    expect(started.discovery.isReady()).toBe(false)
    await started.pass(0)
    expect(started.discovery.isReady()).toBe(true)
  })
})

test('groups with the same name share its lookups, as often as any of them wants', async () => {
  const groups = [group({ dns: MESH }), group({ modules: [module('big')], dns: { ...MESH, refresh: 10 * SECOND } })]
  const started = new Started(groups, withMesh)
  await started.pass(25)
  expect(started.names.asked).toEqual(['mesh 4', 'mesh 4', 'mesh 4'])
  expect(started.shown).toHaveLength(4)
})

test('what is left out is logged once, and again when it is another number', async () => {
  const plan = group({ targets: targets('10.0.0.2:7', '10.0.0.3:7'), dns: MESH })
  const started = new Started([plan], withMesh)
  await started.pass(600)
  started.names.addresses.set('mesh', ['10.0.0.3'])
  await started.pass(600)
  started.names.addresses.set('mesh', ['10.0.0.4'])
  await started.pass(600)
  started.names.addresses.set('mesh', ['10.0.0.3'])
  await started.pass(600)
  const message = 'warn | targets are there twice with the same module: the first stays'
  expect(started.lines).toEqual([
    `${message} | count=2 | first=10.0.0.2:7 | module=small`,
    `${message} | count=1 | first=10.0.0.3:7 | module=small`,
    `${message} | count=1 | first=10.0.0.3:7 | module=small`,
  ])
})

test('after the end nothing is read, and nobody is called', async () => {
  const started = new Started([group({ files: ['/sd/*.json'], dns: MESH })], withMesh)
  started.discovery.close()
  await started.pass(600)
  expect(started.isClosed).toBe(true)
  expect(started.timers.waiting).toBe(0)
  expect(started.updates).toEqual([])
})
