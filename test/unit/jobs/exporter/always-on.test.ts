import { expect, test } from 'vitest'
import { alwaysOn, checkTargetCount } from '../../../../src/jobs/exporter/always-on.ts'
import { endlessModules } from '../../../../src/jobs/monitor/plan.ts'
import { readConfig } from '../../../../src/jobs/monitor/config.ts'
import type { MonitorConfig } from '../../../../src/jobs/monitor/config-plan.ts'

function config(value: object): MonitorConfig {
  return readConfig({ file: 'test.yml', value, locate: () => undefined, line: () => '' })
}

const MODULES = { sizes: { size: '64,1472', flows: 2 }, mtu: { run: 'mtu' } }

test('each size of a module is a target of its own, and a search is none', () => {
  const { buckets, ...rest } = config({
    buckets: [0.001, 1],
    modules: MODULES,
    groups: [{ module: ['sizes', 'mtu', 'default'], targets: ['a'], labels: { site: 'fra' } }],
  })
  const [group] = rest.groups
  const discovered = (group?.targets ?? []).flatMap(target =>
    (group?.modules ?? []).map(module => ({ target, module, labels: { site: 'fra' } })),
  )
  const targets = alwaysOn(discovered, buckets === undefined ? {} : { buckets })
  expect(targets.map(({ module, size, bounds, labels }) => [module.name, size, bounds, labels])).toEqual([
    ['sizes', 64, [0.001, 1], { site: 'fra' }],
    ['sizes', 1472, [0.001, 1], { site: 'fra' }],
    ['default', undefined, [0.001, 1], { site: 'fra' }],
  ])
  expect(endlessModules(rest.groups).map(({ name }) => name)).toEqual(['sizes', 'default'])
})

test('flows and sizes count, neighbours only as many as are asked', () => {
  const named = config({ modules: MODULES, groups: [{ module: ['sizes', 'default'], targets: ['a', 'b'] }] })
  expect(() => checkTargetCount(named, 10)).not.toThrow()
  expect(() => checkTargetCount(named, 9)).toThrow('4 targets with 10 flows are more than --max-targets 9')
  const targets = Array.from({ length: 50 }, (_, n) => `10.0.0.${n + 1}`)
  const mesh = config({ groups: [{ targets, neighbours: 3 }] })
  expect(() => checkTargetCount(mesh, 3)).not.toThrow()
  expect(() => checkTargetCount(mesh, 2)).toThrow('3 flows')
})

test('searches count by themselves', () => {
  const targets = Array.from({ length: 3 }, (_, n) => `10.0.0.${n + 1}`)
  const both = config({ modules: MODULES, groups: [{ module: ['default', 'mtu'], targets }] })
  expect(() => checkTargetCount(both, 3)).not.toThrow()
  const searched = config({ modules: MODULES, groups: [{ module: 'mtu', targets }] })
  expect(() => checkTargetCount(searched, 3)).not.toThrow()
  expect(() => checkTargetCount(searched, 2)).toThrow('3 searched targets are more than --max-targets 2')
})
