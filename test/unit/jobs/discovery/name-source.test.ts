import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { formatTarget } from '../../../../src/base/target.ts'
import { NameSource } from '../../../../src/jobs/discovery/name-source.ts'
import type { DnsPlan } from '../../../../src/jobs/monitor/config-plan.ts'
import { Surroundings } from './surroundings.ts'

const MESH: DnsPlan = { name: 'mesh.svc', type: 'A', port: 7, refresh: 30 * SECOND }

class Started extends Surroundings {
  readonly source: NameSource

  constructor(plan: Partial<DnsPlan>, before: (names: Surroundings['names']) => void = () => {}) {
    super()
    before(this.names)
    this.source = new NameSource({ ...MESH, ...plan }, this)
  }

  get targets(): readonly string[] {
    return this.source.targets.map(({ target }) => formatTarget(target))
  }
}

describe('the targets of a name', () => {
  test('A: its IPv4 addresses with the port of the group, in an order of their own', async () => {
    const started = new Started({}, ({ addresses }) => addresses.set('mesh.svc', ['10.0.0.2', '::2', '10.0.0.1']))
    expect(started.source.isRead).toBe(false)
    await started.pass(0)
    expect(started.source.isRead).toBe(true)
    expect(started.targets).toEqual(['10.0.0.1:7', '10.0.0.2:7'])
    expect(started.names.asked).toEqual(['mesh.svc 4'])
  })

  test('AAAA: its IPv6 addresses', async () => {
    const started = new Started({ type: 'AAAA' }, ({ addresses }) =>
      addresses.set('mesh.svc', ['10.0.0.2', '2001:db8::2']),
    )
    await started.pass(0)
    expect(started.targets).toEqual(['[2001:db8::2]:7'])
    expect(started.names.asked).toEqual(['mesh.svc 6'])
  })

  test('SRV: the host and port of each record', async () => {
    const started = new Started({ type: 'SRV' }, ({ services }) =>
      services.set('mesh.svc', [
        { host: 'b.mesh.svc', port: 9001 },
        { host: 'a.mesh.svc', port: 9000 },
        { host: 'b.mesh.svc', port: 9001 },
      ]),
    )
    await started.pass(0)
    expect(started.targets).toEqual(['a.mesh.svc:9000', 'b.mesh.svc:9001'])
  })

  test('leave out what nobody may write: multicast, port 0, characters of no name', async () => {
    const started = new Started({ type: 'SRV' }, ({ services }) =>
      services.set('mesh.svc', [
        { host: '224.0.0.1', port: 9 },
        { host: 'a', port: 0 },
        { host: 'a b', port: 9 },
        { host: 'a\n', port: 9 },
        { host: 'good', port: 9 },
      ]),
    )
    await started.pass(0)
    expect(started.targets).toEqual(['good:9'])
  })
})

test('a name is asked again after each refresh, and an answer in another order changes nothing', async () => {
  const started = new Started({}, ({ addresses }) => addresses.set('mesh.svc', ['10.0.0.1', '10.0.0.2']))
  await started.pass(29)
  expect(started.names.asked).toHaveLength(1)
  started.names.addresses.set('mesh.svc', ['10.0.0.2', '10.0.0.1'])
  await started.pass(2)
  expect(started.names.asked).toHaveLength(2)
  expect(started.changes).toBe(1)
  started.names.addresses.set('mesh.svc', ['10.0.0.2'])
  await started.pass(30)
  expect(started.targets).toEqual(['10.0.0.2:7'])
  expect(started.changes).toBe(2)
  expect(started.lines).toEqual([])
})

describe('without an answer', () => {
  test('the last addresses stay, which is logged once', async () => {
    const started = new Started({}, ({ addresses }) => addresses.set('mesh.svc', ['10.0.0.1', '10.0.0.2']))
    await started.pass(5)
    started.names.addresses.delete('mesh.svc')
    await started.pass(600)
    expect(started.targets).toEqual(['10.0.0.1:7', '10.0.0.2:7'])
    expect(started.lines).toEqual([
      'warn | cannot resolve the name of targets: the last targets stay | name=mesh.svc | type=A | error=cannot resolve mesh.svc: the name has no address (ENOTFOUND) | targets=2',
    ])
    started.names.addresses.set('mesh.svc', ['10.0.0.3'])
    await started.pass(30)
    expect(started.targets).toEqual(['10.0.0.3:7'])
    expect(started.lines.slice(1)).toEqual([
      'info | the name of targets is resolved again | name=mesh.svc | type=A | targets=1',
    ])
  })

  test('an answer without records keeps them too', async () => {
    const started = new Started({ type: 'SRV' }, ({ services }) => services.set('mesh.svc', [{ host: 'a', port: 9 }]))
    await started.pass(5)
    started.names.services.set('mesh.svc', [])
    await started.pass(600)
    expect(started.targets).toEqual(['a:9'])
    expect(started.lines).toHaveLength(1)
    expect(started.lines[0]).toContain('error=cannot resolve mesh.svc: it has no records')
  })

  test('so does one in which nothing can be a target', async () => {
    const started = new Started({ type: 'SRV' }, ({ services }) => services.set('mesh.svc', [{ host: 'a', port: 0 }]))
    await started.pass(0)
    expect(started.source.isRead).toBe(true)
    expect(started.lines[0]).toContain('error=cannot resolve mesh.svc: a:0 cannot be a target')
  })

  test('a name that never had one is ready, and is asked every 5 s', async () => {
    const started = new Started({})
    await started.pass(14)
    expect(started.source.isRead).toBe(true)
    expect(started.names.asked).toHaveLength(3)
    started.names.addresses.set('mesh.svc', ['10.0.0.1'])
    await started.pass(2)
    expect(started.targets).toEqual(['10.0.0.1:7'])
    await started.pass(28)
    expect(started.names.asked).toHaveLength(4)
  })
})

test('another refresh counts from the next question on', async () => {
  const started = new Started({}, ({ addresses }) => addresses.set('mesh.svc', ['10.0.0.1']))
  await started.pass(1)
  started.source.setRefresh(10 * SECOND)
  await started.pass(30)
  expect(started.names.asked).toHaveLength(2)
  await started.pass(10)
  expect(started.names.asked).toHaveLength(3)
})

test('after the end nothing is asked, and nobody is called', async () => {
  const started = new Started({}, ({ addresses }) => addresses.set('mesh.svc', ['10.0.0.1']))
  started.source.close()
  await started.pass(600)
  expect(started.names.asked).toHaveLength(1)
  expect(started.changes).toBe(0)
  expect(started.timers.waiting).toBe(0)
})
