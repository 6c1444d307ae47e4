import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addOptions } from '../../../src/cli/flags.ts'
import { isNegated, longFlag, optionName, writtenFlag } from '../../../src/options/option.ts'
import { parseOption } from '../../../src/options/parse-options.ts'
import { TABLES } from '../../helpers/option-tables.ts'

describe.each(Object.entries(TABLES))('the options of %s', (_, table) => {
  const rows = Object.entries(table)

  test('have the names that commander derives, each once', () => {
    const command = new Command()
    addOptions(command, table)
    expect(command.options.map(option => option.attributeName())).toEqual(Object.keys(table))
  })

  test('have the flag that their name implies', () => {
    for (const [name, row] of rows) {
      expect(row.form.split(/[ ,]+/)).toContain(writtenFlag(name, row))
      expect(optionName(writtenFlag(name, row))).toBe(name)
      expect(optionName(longFlag(name))).toBe(name)
    }
  })

  test('describe themselves in half a line, without a full stop', () => {
    for (const [, { about }] of rows) expect(about).toMatch(/^\S.{3,118}[^.]$/)
  })

  test('that may be repeated are marked so', () => {
    for (const [, { about, repeatable }] of rows) expect(about.includes('(repeatable)')).toBe(repeatable === true)
  })

  test('parse their own defaults', () => {
    for (const [name, row] of rows) {
      const absent = parseOption(name, row, undefined)
      if (row.default !== undefined) expect(absent).toEqual(parseOption(name, row, row.default))
      else if (row.form.includes('<') || row.form.includes('[')) expect(absent).toBeUndefined()
      else expect(absent).toBe(isNegated(row))
    }
  })

  test('need only existing options', () => {
    for (const [, { needs }] of rows) if (needs !== undefined) expect(Object.keys(table)).toContain(needs)
  })
})
