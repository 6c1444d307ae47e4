import { describe, expect, test } from 'vitest'
import { parseTarget } from '../../../../src/base/target.ts'
import type { SourceTarget } from '../../../../src/jobs/discovery/source.ts'
import { listTargets, type ListRules, type Note } from '../../../../src/jobs/discovery/target-list.ts'
import type { GroupPlan } from '../../../../src/jobs/monitor/config-plan.ts'
import { group, module, shown, targets } from './surroundings.ts'

const RULES: ListRules = {
  own: { name: 'fra-1', isSelf: host => host === '10.0.0.1' },
  maxTargets: 1000,
}

function found(...written: readonly string[]): readonly SourceTarget[] {
  return written.map(text => ({ target: parseTarget(text), labels: {} }))
}

function list(
  plans: readonly (Partial<GroupPlan> & { readonly found?: readonly SourceTarget[] })[],
  rules: Partial<ListRules> = {},
): { readonly shown: readonly string[]; readonly notes: readonly Note[] } {
  const groups = plans.map(({ found: sources = [], ...plan }) => ({ plan: group(plan), found: sources }))
  const { targets: all, notes } = listTargets(groups, { ...RULES, ...rules })
  return { shown: shown(all), notes }
}

test('each target has each module of its group, in the order of groups, targets and modules', () => {
  const { shown: all, notes } = list([
    { modules: [module('big'), module('small')], targets: targets('b:9', 'a:9'), found: found('c:9') },
    { targets: targets('a:7') },
  ])
  expect(all).toEqual(['b:9 big', 'b:9 small', 'a:9 big', 'a:9 small', 'c:9 big', 'c:9 small', 'a:7 small'])
  expect(notes).toEqual([])
})

test('labels of a source are added to those of the group, and prevail', () => {
  const labels = { site: 'ams', rack: '7' }
  const { shown: all } = list([
    { labels: { site: 'fra', env: 'prod' }, targets: targets('a:9'), found: [{ target: parseTarget('b:9'), labels }] },
  ])
  expect(all).toEqual(['a:9 small site=fra env=prod', 'b:9 small site=ams env=prod rack=7'])
})

test('a target that is there twice with the same module stays with the first group', () => {
  const { shown: all, notes } = list([
    { labels: { n: '1' }, targets: targets('a:9'), found: found('b:9', 'a:9') },
    { labels: { n: '2' }, modules: [module('small'), module('big')], targets: targets('b:9') },
  ])
  expect(all).toEqual(['a:9 small n=1', 'b:9 small n=1', 'b:9 big n=2'])
  expect(notes).toEqual([
    {
      about: 'twice',
      message: 'targets are there twice with the same module: the first stays',
      fields: { count: 2, first: 'a:9', module: 'small' },
    },
  ])
})

test('an address of the other IP version is left out, a name is not', () => {
  const { shown: all, notes } = list([
    {
      modules: [module('v4', { family: 4 }), module('v6', { family: 6 }), module('any')],
      found: found('10.0.0.2:9', '[::2]:9', 'a:9'),
    },
  ])
  expect(all).toEqual(['10.0.0.2:9 v4', '10.0.0.2:9 any', '[::2]:9 v6', '[::2]:9 any', 'a:9 v4', 'a:9 v6', 'a:9 any'])
  expect(notes.map(({ about, fields }) => [about, fields])).toEqual([
    ['family', { count: 2, first: '10.0.0.2:9', module: 'v6' }],
  ])
})

test('a search with -6 uses no IPv4 address', () => {
  const search = { name: 'mtu', run: 'mtu', settings: {}, options: { ipv6: true } } as const
  expect(list([{ modules: [search], found: found('10.0.0.2:9', '[::2]:9') }]).shown).toEqual(['[::2]:9 mtu'])
})

describe('the maximum', () => {
  test('keeps the first, each flow counted', () => {
    const { shown: all, notes } = list(
      [
        { modules: [module('ecmp', { flows: '4' })], targets: targets('a:9', 'b:9', 'c:9') },
        { targets: targets('d:9') },
      ],
      { maxTargets: 11 },
    )
    // After the first that does not fit there is none, however small: which ones stay must not depend on their flows.
    expect(all).toEqual(['a:9 ecmp', 'b:9 ecmp'])
    expect(notes).toEqual([
      {
        about: 'excess',
        message: 'more targets than --max-targets 11: the last ones are left out',
        fields: { count: 2, first: 'c:9', module: 'ecmp' },
      },
    ])
  })

  test('counts each size, unless they share a socket', () => {
    const plan = { modules: [module('two', { size: '64,1400', flows: '2' })], targets: targets('a:9', 'b:9') }
    expect(list([plan], { maxTargets: 4 }).shown).toEqual(['a:9 two'])
    expect(list([plan], { maxTargets: 4, sharesSizes: true }).shown).toEqual(['a:9 two', 'b:9 two'])
  })

  test('of searches is another: they have no sockets of their own', () => {
    const search = { name: 'mtu', run: 'mtu', settings: {}, options: {} } as const
    const plan = { modules: [module('small'), search], targets: targets('a:9', 'b:9', 'c:9') }
    expect(list([plan], { maxTargets: 2 }).shown).toEqual(['a:9 small', 'a:9 mtu', 'b:9 small', 'b:9 mtu'])
  })

  test('is not exceeded by as many', () => {
    const { shown: all, notes } = list([{ targets: targets('a:9', 'b:9') }], { maxTargets: 2 })
    expect(all).toHaveLength(2)
    expect(notes).toEqual([])
  })
})

describe('in a mesh', () => {
  const nodes = Array.from({ length: 100 }, (_, n) => `10.0.0.${n + 1}:9`)

  test('skipSelf leaves out this host, at whatever port', () => {
    const plan = { targets: targets('10.0.0.1:7'), found: found('10.0.0.1:9', '10.0.0.2:9') }
    expect(list([{ ...plan, skipSelf: true }]).shown).toEqual(['10.0.0.2:9 small'])
    expect(list([plan]).shown).toHaveLength(3)
  })

  test('neighbours chooses some of the targets of all sources, the same with each module', () => {
    const plan = { modules: [module('small'), module('big')], neighbours: 10 }
    const { shown: all } = list([
      { ...plan, targets: targets(...nodes.slice(0, 50)), found: found(...nodes.slice(50)) },
    ])
    expect(all).toHaveLength(20)
    expect(all).toEqual(
      nodes.filter(node => all.includes(`${node} small`)).flatMap(node => [`${node} small`, `${node} big`]),
    )
    expect(list([{ ...plan, found: found(...nodes) }]).shown).toEqual(all)
    // Another host chooses others.
    const other = { ...RULES.own, name: 'fra-2' }
    expect(list([{ ...plan, found: found(...nodes) }], { own: other }).shown).not.toEqual(all)
  })

  test('a host that skips itself asks as many as the others', () => {
    const { shown: all } = list([{ neighbours: 99, skipSelf: true, found: found(...nodes) }])
    expect(all).toHaveLength(99)
    expect(all).not.toContain('10.0.0.1:9 small')
  })

  test('a target that is there twice is one neighbour', () => {
    const { shown: all } = list([{ neighbours: 2, found: found('a:9', 'a:9', 'b:9') }])
    expect(all).toEqual(['a:9 small', 'b:9 small'])
  })
})
