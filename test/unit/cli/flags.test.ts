import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addFlags, listOf, pick, type Options } from '../../../src/cli/flags.ts'
import type { Flag } from '../../../src/options/flag.ts'

const FLAGS: readonly Flag[] = [
  { form: '--size <bytes>', about: 'bytes', fallback: '128', group: 'Probes:' },
  { form: '--expect <expr>', about: 'expectation', repeatable: true },
  { form: '--self', about: 'own server' },
  { form: '--df [mode]', about: 'mode' },
]

function parse(...argv: readonly string[]): Options {
  const command = new Command()
  addFlags(command, FLAGS)
  return command.parse([...argv], { from: 'user' }).opts()
}

describe('addFlags', () => {
  test('values stay texts, and defaults are not filled in: they are read where they are at home', () => {
    expect(parse('--size', '4k', '--self', '--df')).toEqual({ size: '4k', self: true, df: true })
    expect(parse()).toEqual({})
  })

  test('what may be repeated is a list in order', () => {
    expect(parse('--expect', 'a', '--expect', 'b', '--df=do')).toEqual({ expect: ['a', 'b'], df: 'do' })
  })

  test('the help has the default and the heading', () => {
    const command = new Command()
    addFlags(command, FLAGS)
    expect(command.helpInformation()).toMatch(/Probes:\n\s+--size <bytes>\s+bytes \(default 128\)/)
  })
})

test('pick takes texts, and leaves out what was not given', () => {
  expect(pick({ size: '4k', self: true, expect: ['a'] }, ['size', 'self', 'expect', 'rate'])).toEqual({ size: '4k' })
})

test('listOf gives a list of a list, of a text, and of nothing', () => {
  const options = { many: ['a', 'b'], one: 'c', on: true }
  expect(['many', 'one', 'on', 'none'].map(name => listOf(options, name))).toEqual([['a', 'b'], ['c'], [], []])
})
