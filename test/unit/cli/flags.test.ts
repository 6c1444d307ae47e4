import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addOptions } from '../../../src/cli/flags.ts'
import { listOf, pick, rawOptions, type Options } from '../../../src/options/raw-options.ts'
import type { OptionTable } from '../../../src/options/option.ts'
import { given, listOf as list, text } from '../../../src/options/values.ts'
import { refused } from '../../helpers/refused.ts'

const TABLE = {
  size: { form: '--size <bytes>', about: 'bytes', default: 128, group: 'Probes:', parse: text },
  expect: { form: '--expect <expr>', about: 'expectation', repeatable: true, parse: list(text) },
  self: { form: '--self', about: 'own server', parse: given },
  df: { form: '--df [mode]', about: 'mode', parse: text },
  to: { form: '--to <target>', about: 'target', once: true, parse: text },
} satisfies OptionTable

function parse(...argv: readonly string[]): Options {
  const command = new Command()
  addOptions(command, TABLE)
  return command.parse([...argv], { from: 'user' }).opts()
}

describe('addOptions', () => {
  test('values stay texts without defaults: the plan of the command parses them', () => {
    expect(parse('--size', '4k', '--self', '--df')).toEqual({ size: '4k', self: true, df: true })
    expect(parse()).toEqual({})
  })

  test('a repeatable option is a list in order', () => {
    expect(parse('--expect', 'a', '--expect', 'b', '--df=do')).toEqual({ expect: ['a', 'b'], df: 'do' })
  })

  test('the last value is used, but a second one of an option that can be given once is a mistake', () => {
    expect(parse('--size', '1', '--size', '2', '--to', 'a')).toEqual({ size: '2', to: 'a' })
    expect(refused(() => parse('--to', 'a', '--to', 'b'))).toMatch(/^--to is given twice: a and b/u)
  })

  test('the help has the default and the heading', () => {
    const command = new Command()
    addOptions(command, TABLE)
    expect(command.helpInformation()).toMatch(/Probes:\n\s+--size <bytes>\s+bytes \(default 128\)/)
  })
})

test('rawOptions picks the options of the table, and the family of a switch', () => {
  const options = { size: '4k', self: true, quiet: true, expect: undefined, ipv6: true }
  expect(rawOptions(TABLE, options)).toEqual({ size: '4k', self: true, family: 6 })
  expect(refused(() => rawOptions(TABLE, { ipv4: true, ipv6: true }))).toMatch(/^-4 and -6 exclude each other/u)
})

test('pick returns texts, and leaves out absent ones', () => {
  expect(pick({ size: '4k', self: true, expect: ['a'] }, ['size', 'self', 'expect', 'rate'])).toEqual({ size: '4k' })
})

test('listOf returns a list for a list, a text, and nothing', () => {
  const options = { many: ['a', 'b'], one: 'c', on: true }
  expect(['many', 'one', 'on', 'none'].map(name => listOf(options, name))).toEqual([['a', 'b'], ['c'], [], []])
})
