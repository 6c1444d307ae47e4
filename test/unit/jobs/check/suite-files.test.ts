import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { planSuite, type SuiteSurroundings, type SuitePlan } from '../../../../src/jobs/check/suite-plan.ts'
import { failure } from '../../../helpers/refused.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'udptool-include-')))
})
afterEach(() => rmSync(root, { recursive: true }))

/** Writes the files and plans the first one. */
function plan(files: Readonly<Record<string, string>>, permissions?: SuiteSurroundings): SuitePlan {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const first = join(root, Object.keys(files)[0] ?? '')
  return planSuite(readYaml(first, readFileSync(first, 'utf8')), permissions)
}

function message(files: Readonly<Record<string, string>>): readonly [message: string, hint: string | undefined] {
  const { code, message: told, hint } = failure(() => plan(files))
  expect(code).toBe('usage')
  return [told.replaceAll(`${root}/`, ''), hint?.replaceAll(`${root}/`, '')]
}

const ONE = 'checks: [{ name: one, serve: {} }]'

describe('checks of included files', () => {
  test('run first, in the order of the list, with their own place', () => {
    const suite = plan({
      'udptool.yaml': 'include: [net/a.yaml, b.json]\nchecks:\n  - { name: last, serve: {} }',
      'net/a.yaml': 'include: deep/c.yml\nchecks: [{ name: a, serve: {} }]',
      'net/deep/c.yml': 'checks:\n  - name: c\n    serve: {}',
      'b.json': '{ "checks": [{ "name": "b", "serve": {} }] }',
    })
    expect(suite.file).toBe(join(root, 'udptool.yaml'))
    expect(suite.checks.map(({ name, place }) => [name, place?.file, place?.line])).toEqual([
      ['c', join(root, 'net/deep/c.yml'), 2],
      ['a', join(root, 'net/a.yaml'), 2],
      ['b', join(root, 'b.json'), 1],
      ['last', join(root, 'udptool.yaml'), 3],
    ])
  })

  test('have the defaults of their own file, and the number of concurrent checks is that of the first', () => {
    const suite = plan({
      'a.yaml': 'include: b.yaml\nparallel: 2\ndefaults: { count: 3, serve: {} }\nchecks: [{ name: a }]',
      'b.yaml': 'parallel: 7\ndefaults: { count: 5, tags: far }\nchecks: [{ name: b, serve: {} }]',
    })
    expect(suite.parallel).toBe(2)
    expect(suite.checks.map(({ name, tags, plan: { total } }) => [name, total, tags])).toEqual([
      ['b', 5, ['far']],
      ['a', 3, []],
    ])
  })

  test('are there once if two files include theirs', () => {
    const suite = plan({
      'a.yaml': 'include: [b.yaml, c.yaml, ./c.yaml]',
      'b.yaml': 'include: [c.yaml]\nchecks: [{ name: b, serve: {} }]',
      'c.yaml': 'checks: [{ name: c, serve: {} }]',
    })
    expect(suite.checks.map(({ name }) => name)).toEqual(['c', 'b'])
  })

  test('have names and ids that are unique in the suite', () => {
    expect(
      plan({ 'a.yaml': 'include: b.yaml\nchecks: [{ name: One!, serve: {} }]', 'b.yaml': ONE }).checks.map(
        ({ id }) => id,
      ),
    ).toEqual(['one', 'one-2'])
    expect(message({ 'a.yaml': `include: b.yaml\n${ONE}`, 'b.yaml': ONE })).toEqual([
      'a.yaml:2:18: two checks are called "one"',
      'the other is at b.yaml:1:18',
    ])
  })
})

describe('targets', () => {
  test('are names for all files, and a name of its own counts for a file', () => {
    const suite = plan({
      'a.yaml': 'include: [b.yaml, c.yaml]\ntargets: { here: 127.0.0.1:1 }\nchecks: [{ name: a, target: far }]',
      'b.yaml': 'targets: { far: 127.0.0.1:2, here: 127.0.0.1:3 }\nchecks: [{ name: b, target: here }]',
      'c.yaml': 'checks: [{ name: c, target: far }]',
    })
    expect(suite.checks.map(({ name, target }) => [name, target])).toEqual([
      ['b', 'here'],
      ['c', 'far'],
      ['a', 'far'],
    ])
  })

  test('of which other files have several addresses are a mistake', () => {
    expect(
      message({
        'a.yaml': 'include: [b.yaml, c.yaml]\nchecks: [{ name: a, target: x }]',
        'b.yaml': 'targets: { x: 127.0.0.1:2 }',
        'c.yaml': 'targets: { x: 127.0.0.1:3 }',
      }),
    ).toEqual(['a.yaml:2:29: the target "x" has several addresses', 'leave one out: b.yaml:1:15 and c.yaml:1:15'])
  })
})

describe('mistakes', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, string, string | RegExp | undefined]>([
    [
      'in an included file, with those of others counted',
      {
        'a.yaml': 'include: net/b.yaml\nchecks: [{ name: a, serv: {} }]',
        'net/b.yaml': 'checks:\n  - { name: b, serve: {}, cuont: 1 }',
      },
      'net/b.yaml:2:27: there is no key "cuont" (and 1 more mistake)',
      'did you mean count?',
    ],
    ['a syntax error', { 'a.yaml': 'include: b.yaml', 'b.yaml': 'checks: [' }, 'b.yaml:1:10: ', undefined],
    [
      'no such file',
      { 'a.yaml': 'include: [b.yaml]' },
      'a.yaml:1:11: cannot read the check file b.yaml: no such file',
      /name a file/u,
    ],
    [
      'a folder',
      { 'a.yaml': 'include: net', 'net/b.yaml': ONE },
      'a.yaml:1:10: net: an included check file is',
      /include such/u,
    ],
    [
      'a module',
      { 'a.yaml': 'include: b.mjs', 'b.mjs': '' },
      'a.yaml:1:10: b.mjs: an included check file is',
      /include such/u,
    ],
    ['not a text', { 'a.yaml': 'include: [5]' }, 'a.yaml:1:10: include cannot be [5]', undefined],
    [
      'itself',
      { 'a.yaml': 'include: ./a.yaml' },
      'a.yaml:1:10: the file includes itself: a.yaml includes a.yaml',
      /leave/u,
    ],
    [
      'a circle',
      {
        'a.yaml': 'include: net/b.yaml',
        'net/b.yaml': 'include: c.yaml',
        'net/c.yaml': `${ONE}\ninclude:\n- ../net/b.yaml`,
      },
      'net/c.yaml:3:3: the file includes itself: net/b.yaml includes net/c.yaml includes net/b.yaml',
      /leave/u,
    ],
    [
      'outside',
      { 'net/a.yaml': 'include: ../b.yaml', 'b.yaml': ONE },
      'net/a.yaml:1:10: the file ../b.yaml is outside',
      /--allow-files/u,
    ],
    [
      'outside by an included file',
      { 'net/a.yaml': 'include: in/b.yaml', 'net/in/b.yaml': 'include: ../../c.yaml', 'c.yaml': ONE },
      'net/in/b.yaml:1:10: the file ../../c.yaml is outside',
      /--allow-files/u,
    ],
    [
      'no check in any',
      { 'a.yaml': 'include: b.yaml', 'b.yaml': 'targets: { x: 127.0.0.1 }' },
      'a.yaml:1:1: the file has no check',
      /write checks/u,
    ],
    ['an empty one', { 'a.yaml': 'include: b.yaml', 'b.yaml': '' }, 'b.yaml:1:1: the file is empty', undefined],
    [
      'nothing at all',
      { 'a.yaml': 'include: b.yaml', 'b.yaml': 'parallel: 2' },
      'b.yaml:1:1: checks is missing',
      /write checks/u,
    ],
  ])('%s', (_, files, told, hint) => {
    const [first, meant] = message(files)
    expect(first).toContain(told)
    if (typeof hint === 'string') expect(meant).toBe(hint)
    else if (hint !== undefined) expect(meant).toMatch(hint)
  })

  test('more than ten levels, and more than a hundred files', () => {
    const chain = Array.from({ length: 12 }, (_, n) => [`${n}.yaml`, `include: ${n + 1}.yaml`] as const)
    expect(message(Object.fromEntries(chain))[0]).toBe('9.yaml:1:10: a suite has at most 10 levels of includes')
    const wide = Array.from({ length: 101 }, (_, n) => [`w${n}.yaml`, `checks: [{ name: c${n}, serve: {} }]`] as const)
    const list = wide.map(([name]) => name).join(', ')
    expect(message({ 'all.yaml': `include: [${list}]`, ...Object.fromEntries(wide) })[0]).toMatch(
      /^all\.yaml:1:\d+: a suite has at most 100 files/u,
    )
  })
})

describe('paths', () => {
  test('are relative to the included file, and bound to the folder of the first', () => {
    const files = {
      'udptool.yaml': 'include: net/a.yaml',
      'net/a.yaml':
        'checks: [{ name: a, serve: {}, payload: "file:../data" }, { name: b, serve: {}, payload: "file:own" }]',
      data: 'of the first folder',
      'net/own': 'of the second',
    }
    expect(plan(files).checks.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(message({ 'net/udptool.yaml': 'include: a.yaml', ...files, 'udptool.yaml': ONE })[0]).toContain(
      'net/a.yaml:1:41: the file ../data is outside',
    )
  })

  test('may be a link in the folder, and not one out of it', () => {
    mkdirSync(join(root, 'net'))
    writeFileSync(join(root, 'net/real.yaml'), ONE)
    writeFileSync(join(root, 'out.yaml'), ONE)
    symlinkSync('real.yaml', join(root, 'net/in.yaml'))
    symlinkSync('../out.yaml', join(root, 'net/out.yaml'))
    expect(plan({ 'net/a.yaml': 'include: [in.yaml, real.yaml]' }).checks).toHaveLength(1)
    expect(message({ 'net/a.yaml': 'include: out.yaml' })[0]).toContain('is outside of the folder')
    expect(plan({ 'net/a.yaml': 'include: [out.yaml, ../out.yaml]' }, { allowFiles: true }).checks).toHaveLength(1)
  })
})
