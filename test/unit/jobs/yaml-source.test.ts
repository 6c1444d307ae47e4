import { describe, expect, test } from 'vitest'
import { readYaml } from '../../../src/jobs/yaml-source.ts'
import { failure } from '../../helpers/refused.ts'

function value(text: string): unknown {
  return readYaml('c.yaml', text).value
}

describe('values are read as written', () => {
  test.each([
    ['007', '007'],
    ['0x1F', '0x1F'],
    ['0o17', '0o17'],
    ['1e3', '1e3'],
    ['1.0', '1.0'],
    ['+5', '+5'],
    ['.inf', '.inf'],
    ['9007199254740993', '9007199254740993'],
    ['yes', 'yes'],
    ['No', 'No'],
    ['True', 'True'],
    ['2026-11-29', '2026-11-29'],
    ['12:30:45', '12:30:45'],
    ['1_000', '1_000'],
    ['"7"', '7'],
    ['5', 5],
    ['-0.5', -0.5],
    ['true', true],
    ['~', null],
    ['!!str 007', '007'],
    ['! 12', '12'],
    ['|\n a\n b', 'a\nb\n'],
  ])('%s', (text, right) => {
    expect(value(`a: ${text}`)).toEqual({ a: right })
  })

  test('keys are texts', () => {
    expect(value('007: a\ntrue: b\n__proto__: c')).toEqual(JSON.parse('{"007":"a","true":"b","__proto__":"c"}'))
  })

  test('an alias has the value of its anchor', () => {
    expect(value('a: &x { b: 1 }\nc: [*x, *x]')).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] })
  })
})

describe('mistakes have a place and a plain message', () => {
  test.each([
    ['a: &a [*a]', '1:8: *a stands inside of what it stands for'],
    ['a: &a { b: { c: *a } }', '1:17: *a stands inside of what it stands for'],
    ['a: *b', '1:4: there is no anchor &b above'],
    ['a: !!binary aGk=', '1:13: a check file has no tag "tag:yaml.org,2002:binary"'],
    ['!x a: 1', '1:4: a check file has no tag "!x"'],
    ['a: &a { b: 1 }\nc: { <<: *a }', '2:6: YAML 1.2 has no merge key <<'],
    ['a: 1\n"a": 2', '2:1: the key "a" is there twice'],
    ['1: a\n"1": b', '2:1: the key "1" is there twice'],
    ['{ [a]: b }', '1:3: a key is a text'],
    ['a: 1\n---\na: 2', '2:1: a second document begins here, and the file must be one'],
    ['%YAML 1.1\n---\na: yes', '1:1: a check file is YAML 1.2'],
    ['a: "\\q"', '1:5: there is no such escape in double quotes'],
    ['a:\n\t- b', '2:1: a tab cannot indent'],
    ['a: @b', '1:4: a text cannot begin with this character'],
    [`a: ${'['.repeat(70)}${']'.repeat(70)}`, '1:68: this is nested too deep'],
    [`a: ${'{a: '.repeat(100_000)}`, '1:2004: this is nested too deep'],
    ['- '.repeat(100_000), '1:1: this is nested too deep'],
    [`a: [${'&a x, *a, '.repeat(101)}]`, 'the file has more than 100 aliases'],
  ])('%s', (text, told) => {
    const { code, message } = failure(() => value(text))
    expect(code).toBe('usage')
    expect(message).toMatch(/^c\.yaml:\d+:\d+: /u)
    expect(message).toContain(told)
  })

  test('a few aliases that expand exponentially', () => {
    const wide = (name: string, of: string): string => `${name}: &${name} [${Array<string>(30).fill(of).join(', ')}]`
    const bomb = [wide('a', 'x'), wide('b', '*a'), wide('c', '*b'), wide('d', '*c')].join('\n')
    expect(failure(() => value(bomb)).message).toMatch(/more than 100 (?:aliases|000 values)/u)
  })
})
