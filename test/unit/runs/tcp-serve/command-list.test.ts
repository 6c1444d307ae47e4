import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCommandList } from '../../../../src/runs/tcp-serve/command-list.ts'
import { refused } from '../../../helpers/refused.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

function file(text: string): string {
  const path = join(temporaryFolder(), 'commands.json')
  writeFileSync(path, text)
  return path
}

test('a list is read from an object or a file', () => {
  const list = { hello: ['echo', 'hi there'], 'two words': ['true'] }
  const expected = new Map(Object.entries(list))
  expect(readCommandList(list)).toEqual(expected)
  expect(readCommandList(file(JSON.stringify(list)))).toEqual(expected)
})

test('property names of every object are not commands', () => {
  const list = readCommandList({ a: ['true'] })
  for (const name of ['__proto__', 'constructor', 'toString']) expect(list.get(name)).toBeUndefined()
  expect(readCommandList(file('{"__proto__":["true"]}')).get('__proto__')).toEqual(['true'])
})

describe('refused is', () => {
  test.each([
    [{}, /has no command \(write \{ "name": \["program"/],
    [{ a: 'ls -l /tmp' }, /"a" is a string, but no shell splits it \(write \["ls","-l","\/tmp"\]\)/],
    [{ a: [] }, /"a" names no program/],
    [{ a: [''] }, /"a" names no program/],
    [{ a: ['ls', 7] }, /"a": argument 1 is not a string/],
    [{ a: ['ls', 'a\0b'] }, /"a": argument 1 has a NUL in it/],
    [{ a: null }, /"a" is not a list of arguments/],
    [{ '': ['ls'] }, /"" is not a valid command name/],
    [{ 'a\nb': ['ls'] }, /"a\\x0ab" is not a valid command name/],
  ])('%j', (list, reason) => {
    expect(refused(() => readCommandList(list))).toMatch(reason)
  })

  test.each([
    ['', /is not JSON/],
    ['{"a":["ls"]', /is not JSON/],
    ['["ls"]', /must be an object that maps names/],
    ['null', /must be an object that maps names/],
  ])('a file with %j, which is named', (text, reason) => {
    const path = file(text)
    const message = refused(() => readCommandList(path))
    expect(message).toMatch(reason)
    expect(message).toContain(path)
  })

  test('a file that cannot be read', () => {
    expect(refused(() => readCommandList('/no/such/file'))).toMatch(/cannot read \/no\/such\/file: no such file/)
  })
})
