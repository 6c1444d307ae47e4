import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { planModule } from '../../../../src/jobs/monitor/module.ts'
import type { WatchOptions } from '../../../../src/jobs/monitor/options.ts'
import type { GroupPlan, ModuleConfig, MonitorConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import { planWatch } from '../../../../src/jobs/monitor/plan.ts'
import { refused } from '../../../helpers/refused.ts'

const BIG: ModuleConfig = {
  name: 'big',
  run: 'send',
  settings: {},
  options: {},
  probes: planModule('big', { size: 4000 }),
}
const MTU: ModuleConfig = { name: 'path', run: 'mtu', settings: {}, options: {}, interval: 600 * SECOND }
const GROUP: GroupPlan = { modules: [BIG], labels: {}, targets: [{ host: 'c', port: 1 }], files: [], skipSelf: false }
const CONFIG: MonitorConfig = {
  refresh: 5 * SECOND,
  modules: new Map([['big', BIG]]),
  groups: [GROUP],
  probe: { maxConcurrent: 20, maxRate: 1000 },
}

test('targets of the command line have the module of its flags', () => {
  const { monitor, ...rest } = planWatch(['edge', '[::1]:7'], { interval: '200ms', size: '64', flows: '4' })
  expect(monitor.targets.map(({ target }) => target)).toEqual([
    { host: 'edge', port: 9000 },
    { host: '::1', port: 7 },
  ])
  expect(monitor.targets[0]?.module).toMatchObject({ name: 'default', sizes: [64], flows: 4 })
  expect(monitor).toMatchObject({ engine: 'auto', refresh: 60 * SECOND })
  expect(rest).toEqual({ searches: [], reportInterval: 10 * SECOND })
})

test('searches are left out, and named', () => {
  const groups = [
    { ...GROUP, modules: [MTU, BIG] },
    { ...GROUP, modules: [MTU] },
  ]
  const { monitor, searches } = planWatch([], { 'config.file': 'w.yaml' }, { ...CONFIG, groups })
  expect(monitor.targets.map(({ module: { name } }) => name)).toEqual(['big'])
  expect(searches).toEqual(['path'])
})

test('without reports, events are still reported', () => {
  expect(planWatch(['a'], { reportInterval: '0' }).reportInterval).toBe(Infinity)
})

test('targets of a file come after those of the command line, and a flag replaces its refresh', () => {
  const plan = planWatch(['a'], {}, CONFIG)
  expect(plan.monitor.targets.map(({ target: { host }, module: { name } }) => `${host} ${name}`)).toEqual([
    'a default',
    'c big',
  ])
  expect(plan.monitor.refresh).toBe(5 * SECOND)
  expect(planWatch(['a'], { refresh: '9s' }, CONFIG).monitor.refresh).toBe(9 * SECOND)
})

describe('targets that come and go', () => {
  const [group] = CONFIG.groups
  const withGroup = (more: Partial<GroupPlan>): MonitorConfig => ({
    ...CONFIG,
    groups: group === undefined ? [] : [{ ...group, ...more }],
  })

  test.each<Partial<GroupPlan>>([
    { files: ['/a.json'] },
    { dns: { name: 'mesh', type: 'A', port: 9000, refresh: SECOND } },
    { neighbours: 3 },
    { skipSelf: true },
  ])('%j', more => {
    const config = withGroup(more)
    const { discovery } = planWatch(['a'], { maxTargets: '7' }, config)
    expect(discovery?.maxTargets).toBe(7)
    const [written, ...others] = discovery?.groups ?? []
    expect(written).toMatchObject({ modules: [{ name: 'default' }], targets: [{ host: 'a', port: 9000 }] })
    expect(others).toEqual(config.groups)
    // Without targets of the command line there is no group of them.
    expect(planWatch([], { 'config.file': 'f' }, config).discovery?.groups).toEqual(config.groups)
  })

  test('a configuration that names its targets has none', () => {
    expect(planWatch(['a'], {}, CONFIG).discovery).toBeUndefined()
  })

  test('of a group with neighbours only as many count as this host asks', () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ host: `h${n}`, port: 1 }))
    expect(
      planWatch([], { 'config.file': 'f', maxTargets: '3' }, withGroup({ targets: many, neighbours: 3 })),
    ).toBeDefined()
    expect(
      refused(() => planWatch([], { 'config.file': 'f', maxTargets: '3' }, withGroup({ targets: many }))),
    ).toContain('100 targets with 100 flows are more than --max-targets 3')
  })
})

describe('the address of the page', () => {
  test.each([
    [true, { host: '127.0.0.1', port: 19_000 }],
    ['127.0.0.2', { host: '127.0.0.2', port: 19_000 }],
    ['::1', { host: '::1', port: 19_000 }],
    [':0', { host: '127.0.0.1', port: 0 }],
    ['localhost:8080', { host: 'localhost', port: 8080 }],
  ])('%s', (web, at) => {
    expect(planWatch(['a'], { web }).web).toEqual(at)
  })

  test('one that others can reach needs --public', () => {
    expect(refused(() => planWatch(['a'], { web: '0.0.0.0:1' }))).toContain('--web 0.0.0.0 needs --public')
    expect(planWatch(['a'], { web: '0.0.0.0:1', public: true }).web).toEqual({ host: '0.0.0.0', port: 1 })
  })
})

test('source ports are as many flows, unless their number is given', () => {
  const moduleOf = (raw: WatchOptions) => planWatch(['a'], raw).monitor.targets[0]?.module
  const sourcePorts = { first: 40_000, last: 40_003 }
  expect(moduleOf({ sourcePorts: '40000..40003' })).toMatchObject({ flows: 4, sourcePorts })
  expect(moduleOf({ sourcePorts: '40000-40003', flows: '3' })).toMatchObject({ flows: 3, sourcePorts })
  expect(moduleOf({ flows: '3' })).not.toHaveProperty('sourcePorts')
})

describe('refused', () => {
  const FILE = { 'config.file': 'w.yaml' }

  test('a file with nothing but searches', () => {
    const config = { ...CONFIG, groups: [{ ...GROUP, modules: [MTU] }] }
    expect(refused(() => planWatch([], FILE, config))).toContain(
      'every module that the groups of w.yaml use is a search: path',
    )
    expect(planWatch(['a'], FILE, config).searches).toEqual(['path'])
  })

  test('a file without groups, and no targets beside it', () => {
    expect(refused(() => planWatch([], FILE, { ...CONFIG, groups: [] }))).toContain('w.yaml has no group')
    expect(planWatch(['a'], FILE, { ...CONFIG, groups: [] }).monitor.targets).toHaveLength(1)
  })
  test.each<[readonly string[], WatchOptions, MonitorConfig | undefined, string]>([
    [[], {}, undefined, 'watch needs a target (name one'],
    [[], { web: '127.0.0.1:9000' }, undefined, '127.0.0.1:9000 is the address of --web (write targets before --web'],
    [['a'], { web: 'b:9000' }, undefined, '--web cannot be "b:9000": it is an address of this host'],
    [
      [],
      { ...FILE, size: '64' },
      CONFIG,
      '--size is for targets of the command line, and there is none (write it into a module of w.yaml',
    ],
    [[], { ...FILE, receipts: false }, CONFIG, '--no-receipts is for targets'],
    [['a', 'b', 'a:9000'], {}, undefined, 'the target a:9000 is there twice'],
    [['a'], { interval: '9.9ms' }, undefined, '--interval cannot be "9.9ms": the least is 10ms'],
    [['a'], { interval: '1' }, undefined, 'the unit is missing'],
    [['a'], { size: '12' }, undefined, '--size cannot be 12'],
    [['a'], { refresh: '10ms' }, undefined, '--refresh cannot be "10ms": the least is 1s'],
    [['a'], { reportInterval: '1ms' }, undefined, '--report-interval cannot be "1ms": the least is 100ms'],
    [['a'], { bind: '127.0.0.1:5' }, undefined, '--bind cannot be "127.0.0.1:5": each flow has its own port'],
    [['a'], { portFile: 'p' }, undefined, '--port-file needs --web'],
    [['a', 'b'], { flows: '3', maxTargets: '5' }, undefined, '2 targets with 6 flows are more than --max-targets 5'],
    [
      ['a'],
      { sourcePorts: '40000', flows: '2' },
      undefined,
      '--flows 2 needs 2 source ports, and 40000 are 1 (write --source-ports 40000-40001)',
    ],
    [
      ['a'],
      { sourcePorts: '40000-40256' },
      undefined,
      '--source-ports 40000-40256 are 257 flows, and a target has at most 256',
    ],
    [
      ['a', 'b', 'c'],
      { sourcePorts: '40000-40003' },
      undefined,
      '3 targets with 4 flows need 12 source ports, and 40000-40003 are 4: each target has its own (write --source-ports 40000-40011, or --flows 1)',
    ],
    [['224.0.0.1'], {}, undefined, 'multicast'],
    [['::1'], { ipv4: true }, undefined, 'the target cannot be "::1": it is not an IPv4 address (leave --ipv4 out)'],
    [['a'], { tos: '1', dscp: 'ef' }, undefined, '--tos and --dscp both set the TOS byte'],
  ])('%j %j', (targets, raw, config, message) => {
    expect(refused(() => planWatch(targets, raw, config))).toContain(message)
  })
})
