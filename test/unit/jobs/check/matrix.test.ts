import { describe, expect, test } from 'vitest'
import { selectChecks } from '../../../../src/jobs/check/selection.ts'
import { planSuite, type SuitePlan } from '../../../../src/jobs/check/suite-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

function plan(text: string): SuitePlan {
  return planSuite(readYaml('m.yaml', text), { environment: { SECRET: 'hunter2' } })
}

function namesOf(text: string): readonly string[] {
  return plan(text).checks.map(({ name }) => name)
}

describe('a check for every combination', () => {
  const suite = plan(`
targets: { a: 127.0.0.1:1, b: 127.0.0.1:2 }
defaults: { count: 2 }
checks:
  - name: echo
    size: 100
    for: { target: [a, b], count: [1, 3] }
    tags: lan
  - { name: echo too, serve: {} }
`)

  test('with a readable name, its values, and the place of the check', () => {
    expect(suite.checks.map(({ id, name, target, plan: { total } }) => [id, name, target, total])).toEqual([
      ['echo-target-a-count-1', 'echo (target a, count 1)', 'a', 1],
      ['echo-target-a-count-3', 'echo (target a, count 3)', 'a', 3],
      ['echo-target-b-count-1', 'echo (target b, count 1)', 'b', 1],
      ['echo-target-b-count-3', 'echo (target b, count 3)', 'b', 3],
      ['echo-too', 'echo too', undefined, 2],
    ])
    expect(suite.checks[2]).toMatchObject({ tags: ['lan'], place: { line: 5, column: 11 } })
  })

  test('which --only selects by the name of the check, or of the combination', () => {
    const selected = (only: string): number => selectChecks(suite, { only: [only], tags: [] }).checks.length
    expect([selected('echo'), selected('echo (target b, count 1)'), selected('echo-target-a-count-3')]).toEqual([
      4, 1, 1,
    ])
  })
})

test.each([
  ['{ name: s, serve: {}, for: { size: [64, 1472] } }', ['s (size 64)', 's (size 1472)']],
  ['{ name: s, for: { serve: [{}, { recvSize: 9 }] } }', ['s (serve {})', 's (serve {recvSize: 9})']],
  ['{ name: s, serve: {}, for: { sizes: [[1, 2], 3] } }', ['s (sizes [1, 2])', 's (sizes 3)']],
  ['{ name: s, serve: {}, for: { receipts: [true, false] } }', ['s (receipts true)', 's (receipts false)']],
  ['{ name: w, run: sweep, serve: {}, for: { sizes: [[64], [9]] } }', ['w (sizes [64])', 'w (sizes [9])']],
  [
    '{ name: d, run: message, target: h, preset: dns, query: { type: A }, for: { name: [a.org, b.org] } }',
    ['d (name a.org)', 'd (name b.org)'],
  ],
  [
    '{ name: d, run: message, target: h, preset: dns, for: { query: [{ name: a.org }], timeout: [1s] } }',
    ['d (query {name: a.org}, timeout 1s)'],
  ],
  [
    '{ name: p, run: message, target: h, for: { preset: [ntp, stun, coap] } }',
    ['p (preset ntp)', 'p (preset stun)', 'p (preset coap)'],
  ],
  [
    '{ name: m, run: message, target: h, for: { send: ["${env:SECRET}", 007] } }',
    ['m (send ${env:SECRET})', 'm (send 007)'],
  ],
])('%s', (check, names) => expect(namesOf(`checks: [${check}]`)).toEqual(names))

describe('a mistake', () => {
  test.each<readonly [string, string, string | RegExp]>([
    ['serve: {}, for: { size: [64, x, 9] } }', '1:50: size cannot be "x"', ''],
    ['serve: {}, for: { sise: [64] } }', '1:39: there is no key "sise"', 'did you mean size?'],
    ['serve: {}, for: { zzz: [64] } }', '1:39: there is no key "zzz"', /^the keys here are target, /u],
    ['serve: {}, for: { name: [a] } }', '1:39: name cannot vary', 'are added to the name'],
    ['serve: {}, for: { run: [mtu] } }', '1:39: run cannot vary', /write a check/u],
    ['serve: {}, for: { host: [a] } }', '1:39: there is no key "host"', 'did you mean target?'],
    ['serve: {}, for: { size: 64 } }', '1:45: for.size is a list of values', /write size/u],
    ['serve: {}, for: { size: [] } }', '1:45: for.size is a list of values', /write size/u],
    ['serve: {}, for: [64] }', '1:37: for is a list of keys with their values', /size: \[64, 1472\]/u],
    ['serve: {}, for: {} }', '1:37: for is a list of keys with their values', /size/u],
    ['serve: {}, size: 1, for: { size: [64] } }', '1:48: the check has size as well as for.size', /leave/u],
    ['serve: {}, for: { count: [1, 1] } }', 'two checks are called "a (count 1)"', ''],
    ['serve: {}, for: { count: [1, 2], target: [h] } }', '1:21: target and serve both', /leave/u],
    ['serve: {}, fro: { count: [1] } }', '1:32: there is no key "fro"', 'did you mean for?'],
    ['run: message, target: h, preset: dns, query: {}, for: { name: [a..b] } }', '1:84: name cannot be "a..b"', ''],
    ['run: message, target: h, preset: ntp, for: { type: [A] } }', '1:66: there is no key "type"', /./u],
    [
      `serve: {}, for: { count: [${Array.from({ length: 40 }, (_, n) => n + 1).join(', ')}], size: [${Array.from({ length: 26 }, (_, n) => n).join(', ')}] } }`,
      '1:32: for has 1040 combinations, and a check has at most 1000',
      /fewer/u,
    ],
  ])('%s', (rest, message, hint) => {
    const { code, message: told, hint: meant = '' } = failure(() => plan(`checks: [{ name: a, ${rest}]`))
    expect(code).toBe('usage')
    expect(told).toContain(message)
    if (typeof hint === 'string') expect(meant).toContain(hint)
    else expect(meant).toMatch(hint)
  })

  test('in a key that does not vary is one', () => {
    expect(failure(() => plan('checks: [{ name: a, serve: {}, cuont: 1, for: { size: [1, 2, 3] } }]')).message).toMatch(
      /there is no key "cuont"$/u,
    )
  })
})
