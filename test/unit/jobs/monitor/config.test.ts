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

test('a module may be called default, and is then that of groups without one', () => {
  const targets = targetsOf(read('modules: { default: { size: 99 } }\ngroups: [{ targets: [a] }]'))
  expect(targets[0]?.module.sizes).toEqual([99])
})

describe('a mistake is reported at its place, with what was probably meant', () => {
  const GROUPS = "groups: [{ targets: ['a:1'] }]"
  test.each([
    ['', 'w.yaml:1:1: the file is empty', 'docs/watch.md'],
    ['groups: []', 'w.yaml:1:9: groups cannot be []: it has no group', undefined],
    ['modules: {}', 'w.yaml:1:1: groups is missing', 'write groups: …'],
    [`modles: {}\n${GROUPS}`, 'w.yaml:1:1: there is no key "modles"', 'did you mean modules?'],
    ['groups:\n  - target: [a]', 'w.yaml:2:5: targets is missing (and 1 more mistake)', 'write targets: …'],
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
    [`modules:\n  m: { count: 5 }\n${GROUPS}`, 'w.yaml:2:8: there is no key "count" for probes without end', 'size'],
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
    [`refresh: 1ms\n${GROUPS}`, 'w.yaml:1:10: refresh cannot be "1ms": the least is 1s', 'write refresh 1s'],
  ])('%j', (text, message, hint) => {
    const error = failure(() => read(text))
    expect(error.message).toContain(message)
    expect(error.hint ?? '').toContain(hint ?? '')
  })

  test.each([
    ['buckets', 'buckets: [1]\ngroups: [{ targets: [a] }]'],
    ['probe', 'probe: {}\ngroups: [{ targets: [a] }]'],
    ['files', 'groups: [{ targets: [a], files: [b] }]'],
    ['dns', 'groups: [{ targets: [a], dns: {} }]'],
    ['neighbours', 'groups: [{ targets: [a], neighbours: 10 }]'],
    ['run', 'modules: { m: { run: mtu } }\ngroups: [{ targets: [a] }]'],
  ])('%s is for the exporter', (key, text) => {
    const message = `the key "${key}" is for udptool exporter, which this version does not have`
    expect(failure(() => read(text)).message).toContain(message)
  })
})
