import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { readConfig } from '../../../../src/jobs/monitor/config.ts'
import type { MonitorConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import { groupTargets, type TargetPlan } from '../../../../src/jobs/monitor/plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

function read(text: string): MonitorConfig {
  return readConfig(readYaml('w.yaml', text, 'configuration file'))
}

function targetsOf({ groups }: MonitorConfig): readonly TargetPlan[] {
  return groups.flatMap(groupTargets)
}

test('modules, groups and labels become targets, one for each module', () => {
  const config = read(`
refresh: 30s
modules:
  small: { size: 64, interval: 500ms }
  ecmp: { size: [200, 1472], flows: 16, receipts: false, dscp: ef, ttl: 9 }
groups:
  - module: [small, ecmp]
    targets: ['10.0.0.7:9001', edge.example]
    labels: { site: fra, rack: 7 }
  - targets: ['[::1]:9000']
`)
  const targets = targetsOf(config)
  expect(config.refresh).toBe(30 * SECOND)
  const labels = { site: 'fra', rack: '7' }
  expect(targets.map(({ target, module: { name }, labels: own }) => [target.host, target.port, name, own])).toEqual([
    ['10.0.0.7', 9001, 'small', labels],
    ['10.0.0.7', 9001, 'ecmp', labels],
    ['edge.example', 9000, 'small', labels],
    ['edge.example', 9000, 'ecmp', labels],
    ['::1', 9000, 'default', {}],
  ])
  expect(targets[0]?.module).toMatchObject({ sizes: [64], interval: 500 * MILLISECOND, timeout: SECOND, flows: 1 })
  expect(targets[1]?.module).toMatchObject({ sizes: [200, 1472], flows: 16, receipts: false })
  expect(targets[1]?.module.sockets).toMatchObject({ tos: 184, ttl: 9 })
  expect(targets[4]?.module).toMatchObject({ sizes: [128], interval: SECOND, receipts: true })
})

test('the configuration file of the documentation becomes a plan', () => {
  const text = readFileSync(new URL('../../../../fixtures/configs/right.yaml', import.meta.url), 'utf8')
  const config = readConfig(readYaml('/etc/udptool/udptool.yaml', text, 'configuration file'))
  const { modules, groups } = config
  expect(config.buckets).toEqual([0.0001, 0.001, 0.01, 0.1, 1])
  expect([...modules.keys()]).toEqual(['default', 'small', 'big', 'ecmp', 'mtu', 'once'])
  expect(modules.get('ecmp')?.probes).toMatchObject({ sizes: [128], flows: 16, perFlow: true, oneWay: false })
  expect(modules.get('ecmp')?.options).toEqual({ size: '128', interval: '1s', timeout: '1s', clients: '16' })
  expect(modules.get('mtu')).toMatchObject({ run: 'mtu', interval: 600 * SECOND, options: { timeout: '1s' } })
  expect(modules.get('mtu')?.options).not.toHaveProperty('interval')
  expect(modules.get('mtu')).not.toHaveProperty('probes')
  expect(modules.get('once')).not.toHaveProperty('probes')
  expect(modules.get('once')?.options).toEqual({
    size: '1472',
    timeout: '1s',
    count: '20',
    interval: '50ms',
    expect: ['loss==0', 'rtt.p99<20ms'],
  })
  expect(groups.map(group => group.modules.map(({ name }) => name))).toEqual([
    ['small', 'big'],
    ['ecmp'],
    ['small', 'mtu'],
  ])
  expect(groups[1]).toMatchObject({ targets: [], files: ['/etc/udptool/targets/*.json'], skipSelf: false })
  expect(groups[2]).toEqual({
    modules: [modules.get('small'), modules.get('mtu')],
    labels: {},
    targets: [],
    files: [],
    dns: { name: 'udptool.mesh.svc.cluster.local', type: 'A', port: 9000, refresh: 30 * SECOND },
    neighbours: 10,
    skipSelf: true,
  })
  expect(config.probe).toEqual({ modules: ['once', 'mtu'], allow: ['10.0.0.0/8'], maxConcurrent: 20, maxRate: 1000 })
})

test('a search is repeated every ten minutes, and keeps the pace and the IP version that it has by itself', () => {
  const { modules, groups } = read(
    'modules: { s: { run: sweep, sizes: [64, 1472], ipv6: true } }\ngroups: [{ module: s, targets: [a] }]',
  )
  expect(modules.get('s')).toEqual({
    name: 's',
    run: 'sweep',
    interval: 600 * SECOND,
    settings: { run: 'sweep', sizes: ['64', '1472'], ipv6: true, interval: '10m', timeout: '1s' },
    options: { sizes: ['64', '1472'], ipv6: true, timeout: '1s' },
  })
  expect(groups).toHaveLength(1)
  const wrong = 'modules: { s: { run: sweep, ipv6: true } }\ngroups: [{ module: s, targets: [127.0.0.1] }]'
  expect(failure(() => read(wrong)).message).toContain('it is not an IPv6 address')
})

test('a file may say nothing about groups, or nothing at all', () => {
  const { modules, groups, probe } = read('{}')
  expect(groups).toEqual([])
  expect(modules.get('default')?.settings).toEqual({ size: '128', interval: '1s', timeout: '1s' })
  expect(probe).toEqual({ maxConcurrent: 20, maxRate: 1000 })
})

test('expectations alone leave a module to groups as well', () => {
  const { modules } = read("modules: { m: { expect: 'loss<1%' } }")
  expect(modules.get('m')?.probes?.sizes).toEqual([128])
  expect(modules.get('m')?.options).toEqual({ size: '128', interval: '1s', timeout: '1s', expect: 'loss<1%' })
})

test('a group has 30 labels at most, each of 1024 bytes', () => {
  const labels = (count: number, text = 'x'): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, text])))
  const group = (written: string): string => `groups: [{ targets: [a], labels: ${written} }]`
  expect(Object.keys(read(group(labels(30, 'ä'.repeat(512)))).groups[0]?.labels ?? {})).toHaveLength(30)
  expect(failure(() => read(group(labels(31)))).message).toContain('the group has 31 labels')
  expect(failure(() => read(group(labels(1, 'ä'.repeat(513))))).message).toContain('l0 is longer than 1024 bytes')
})

test('a value of a JavaScript file that JSON does not have is a mistake at its key', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const message = (size: unknown): string => {
    const value = { modules: { m: { size } } }
    return failure(() => readConfig({ file: 'w.mjs', value, locate: () => undefined, line: () => '' })).message
  }
  expect(message(64n)).toContain('w.mjs: modules.m.size: size cannot be 64n: it is a size')
  expect(message(() => 1)).toContain('size cannot be [Function')
  expect(message(circle)).toContain('size cannot be <ref *1> { self: [Circular *1] }')
})

test('a module may be called default, and is then that of groups without one', () => {
  const targets = targetsOf(read('modules: { default: { size: 99 } }\ngroups: [{ targets: [a] }]'))
  expect(targets[0]?.module.sizes).toEqual([99])
})

describe('a mistake is reported at its place, with what was probably meant', () => {
  const GROUPS = "groups: [{ targets: ['a:1'] }]"
  test.each([
    ['', 'w.yaml:1:1: the file is empty', 'docs/exporter.md'],
    ['groups: []', 'w.yaml:1:9: groups cannot be []: it has no group', undefined],
    [`modles: {}\n${GROUPS}`, 'w.yaml:1:1: there is no key "modles"', 'did you mean modules?'],
    ['groups:\n  - target: [a]', 'w.yaml:2:5: there is no key "target"', 'did you mean targets?'],
    ['groups:\n  - { targets: [a], lables: {} }', 'w.yaml:2:21: there is no key "lables"', 'did you mean labels?'],
    ['groups:\n  - targets: []', 'w.yaml:2:14: targets cannot be []: it has no target', undefined],
    ['groups:\n  - targets: [a, b:0]', 'w.yaml:2:18: the target cannot be "b:0"', 'write b:9000'],
    [
      'groups:\n  - targets: [a, "a:9000"]',
      'w.yaml:2:18: the target a:9000 is there twice with module default',
      'leave',
    ],
    [`modules:\n  m: { sze: 1 }\n${GROUPS}`, 'w.yaml:2:8: there is no key "sze"', 'did you mean size?'],
    [`modules:\n  m: { interval: 5ms }\n${GROUPS}`, 'w.yaml:2:18: interval cannot be "5ms": the least is 10ms', '10ms'],
    [`modules:\n  m: { size: 12 }\n${GROUPS}`, 'w.yaml:2:14: size cannot be 12: a reply of fewer than 13 bytes', '13'],
    [`modules:\n  m: { tos: 4, dscp: ef }\n${GROUPS}`, 'w.yaml:2:22: tos and dscp both set the TOS byte', 'leave'],
    [`modules:\n  m: { payload: 'file:../x' }\n${GROUPS}`, 'w.yaml:2:17: the file ../x is outside', 'move it there'],
    [
      'modules: { small: {} }\ngroups:\n  - { module: smal, targets: [a] }',
      'w.yaml:3:15: there is no module "smal"',
      'small',
    ],
    ['groups:\n  - { module: [x], targets: [a] }', 'w.yaml:2:16: there is no module "x"', 'the modules are default'],
    ['groups:\n  - { targets: [a], labels: { 9x: y } }', 'w.yaml:2:31: a label cannot be called "9x"', 'site'],
    [
      'groups:\n  - { targets: [a], labels: { module: y } }',
      'w.yaml:2:31: a label cannot be called "module"',
      'another',
    ],
    [
      'modules: { default: { ipv6: true } }\ngroups:\n  - targets: [127.0.0.1]',
      'w.yaml:3:15: the target cannot be',
      'leave',
    ],
    ['groups:\n  - labels: {}', 'w.yaml:2:5: the group has no targets', 'write targets, files or dns'],
    [
      "groups:\n  - { module: [default, default], files: ['t.json'] }",
      'w.yaml:2:25: the module "default" is there twice',
      'leave one',
    ],
    ['groups:\n  - { module: [], targets: [a] }', 'w.yaml:2:15: module cannot be []: it has no module', undefined],
    [
      'modules: { once: { count: 5, linger: 1s } }\ngroups:\n  - { module: once, targets: [a] }',
      'w.yaml:3:15: a group cannot use the module once: with count its runs end, so it is for /probe',
      'leave count out of once, or use another module',
    ],
    [
      `modules:\n  m: { run: mtuu }\n${GROUPS}`,
      'w.yaml:2:13: run cannot be "mtuu": it is send, sweep, mtu',
      'did you mean mtu?',
    ],
    [
      `modules:\n  m: { run: mtu, flood: true }\n${GROUPS}`,
      'w.yaml:2:18: there is no key "flood" with run: mtu',
      'run: send',
    ],
    [
      `modules:\n  m: { run: sweep, interval: 20ms }\n${GROUPS}`,
      'w.yaml:2:30: interval cannot be "20ms": the least is 1s',
      '1s',
    ],
    [
      `modules:\n  m: { count: 1, flows: 2, clients: 3 }\n${GROUPS}`,
      'w.yaml:2:18: flows and clients both set',
      'leave',
    ],
    [
      `modules:\n  m: { count: 1, perFlow: true }\n${GROUPS}`,
      'w.yaml:2:18: perFlow is for probes without end, and count',
      'leave',
    ],
    [
      `modules:\n  m: { rate: 10pps, interval: 1s }\n${GROUPS}`,
      'w.yaml:2:6: interval and rate both set the pace',
      'leave',
    ],
    [`modules:\n  m: { clients: 200 }\n${GROUPS}`, 'w.yaml:2:6: 200 clients', 'rate, interval or flood'],
    [
      `modules:\n  m: { expect: [loss==0, 'lss<1%'] }\n${GROUPS}`,
      'w.yaml:2:26: the expectation cannot be "lss<1%"',
      'loss',
    ],
    [`modules:\n  m: { baseline: none.json }\n${GROUPS}`, 'w.yaml:2:18: ', undefined],
    [`modules: { '': {} }\n${GROUPS}`, 'w.yaml:1:12: the name of a module has 1 to 200 characters', undefined],
    [`buckets: []\n${GROUPS}`, 'w.yaml:1:10: buckets cannot be []: it has no bound', undefined],
    [
      `buckets: [1, 1ms]\n${GROUPS}`,
      'w.yaml:1:14: a bucket cannot be "1ms": it is a positive number',
      'did you mean 0.001?',
    ],
    [`buckets: [1, 2, 2]\n${GROUPS}`, 'w.yaml:1:17: the bucket 2 is not above 2', 'sort them'],
    ["groups:\n  - { files: ['t/*.txt'] }", 'w.yaml:2:15: the file cannot be "t/*.txt": it does not end in', '.json'],
    ['groups:\n  - { files: [] }', 'w.yaml:2:14: files cannot be []: it has no file', undefined],
    ['groups:\n  - dns: { nme: a }', 'w.yaml:2:12: there is no key "nme"', 'did you mean name?'],
    ['groups:\n  - dns: { type: A }', 'w.yaml:2:10: name is missing', 'write name: …'],
    ['groups:\n  - dns: { name: a, type: MX }', 'w.yaml:2:27: type cannot be "MX": it is A, AAAA or SRV', undefined],
    ['groups:\n  - dns: { name: a, port: 0 }', 'w.yaml:2:27: port cannot be 0: the least is 1', '65535'],
    ['groups:\n  - dns: { name: a, type: SRV, port: 9 }', 'w.yaml:2:32: SRV records have ports of their own', 'leave'],
    ['groups:\n  - dns: { name: a, refresh: 1ms }', 'w.yaml:2:30: refresh cannot be "1ms": the least is 1s', '1s'],
    [
      'groups:\n  - dns: { name: 10.0.0.7 }',
      'w.yaml:2:18: name cannot be "10.0.0.7": it is an address',
      'into targets',
    ],
    [
      "groups:\n  - dns: { name: 'a:9' }",
      'w.yaml:2:18: name cannot be "a:9": it is not a name alone',
      'its port as port',
    ],
    ['groups:\n  - { targets: [a], neighbours: 0 }', 'w.yaml:2:33: neighbours cannot be 0: the least is 1', undefined],
    [
      'groups:\n  - { targets: [a], skipSelf: yes }',
      'w.yaml:2:31: skipSelf cannot be "yes": it is true or false',
      undefined,
    ],
    [`probe: { modules: [defalt] }\n${GROUPS}`, 'w.yaml:1:20: there is no module "defalt"', 'did you mean default?'],
    [
      `probe: { allow: [10.0.0.0/33] }\n${GROUPS}`,
      'w.yaml:1:18: allow cannot be "10.0.0.0/33": the prefix',
      '10.0.0.0/8',
    ],
    [`probe: { maxConcurrent: 0 }\n${GROUPS}`, 'w.yaml:1:25: maxConcurrent cannot be 0', '1000'],
    [`probe: { maxConcurent: 5 }\n${GROUPS}`, 'w.yaml:1:10: there is no key "maxConcurent"', 'maxConcurrent?'],
    [`refresh: 1ms\n${GROUPS}`, 'w.yaml:1:10: refresh cannot be "1ms": the least is 1s', 'write refresh 1s'],
  ])('%j', (text, message, hint) => {
    const error = failure(() => read(text))
    expect(error.message).toContain(message)
    expect(error.hint ?? '').toContain(hint ?? '')
  })
})
