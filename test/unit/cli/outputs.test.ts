import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { chooseOutputs, deliver, openFile, openOutputs } from '../../../src/cli/outputs.ts'
import { refused } from '../../helpers/refused.ts'

const FORMATS = ['table', 'json', 'csv'] as const
const folder = mkdtempSync(join(tmpdir(), 'udptool-'))
afterAll(() => rmSync(folder, { recursive: true }))

function formatsOf(formats: readonly string[], json = false): string[] {
  return chooseOutputs(FORMATS, formats, json).map(({ format, file }) =>
    file === undefined ? format : `${format} file`,
  )
}

describe('chooseOutputs', () => {
  test('a table on standard output, where nothing else goes there', () => {
    expect(formatsOf([])).toEqual(['table'])
    expect(formatsOf([`csv=${join(folder, 'a')}`])).toEqual(['table', 'csv file'])
  })

  test('another format takes its place', () => {
    expect(formatsOf(['csv'])).toEqual(['csv'])
    expect(formatsOf([], true)).toEqual(['json'])
    expect(formatsOf(['json', `table=${join(folder, 'b')}`])).toEqual(['json', 'table file'])
  })

  test('without a table nothing takes it', () => {
    expect(chooseOutputs(['json'], [], false)).toEqual([])
  })

  test('standard output takes one', () => {
    expect(refused(() => formatsOf(['csv', 'json']))).toMatch(/not csv and json.*--format json=FILE/)
    expect(refused(() => formatsOf(['csv'], true))).toMatch(/one format/)
  })

  test('files are opened at once, before the first datagram', () => {
    const path = join(folder, 'at=once')
    formatsOf([`csv=${path}`])
    expect(existsSync(path)).toBe(true)
  })

  test('one that cannot be opened is a usage error', () => {
    expect(refused(() => formatsOf([`csv=${join(folder, 'none', 'x')}`]))).toMatch(
      /--format csv cannot write .*no such file/,
    )
    expect(refused(() => formatsOf([`csv=${folder}`]))).toMatch(/cannot write/)
    expect(refused(() => formatsOf(['csv=']))).toMatch(/names no file/)
  })

  test('an unknown format suggests the nearest', () => {
    expect(refused(() => formatsOf(['jsn']))).toMatch(/--format.*did you mean json/)
    expect(refused(() => formatsOf(['jsn=x']))).toMatch(/did you mean json/)
    expect(refused(() => formatsOf(['constructor']))).toMatch(/table, json or csv|table, json, csv/)
  })
})

test('what is delivered to a file is all that was written, piece by piece', async () => {
  const path = join(folder, 'delivered')
  writeFileSync(path, 'an older and longer text')
  await deliver({ file: openFile(path, '--journal') }, ['one\n', '', 'zwei ü\n'])
  expect(readFileSync(path, 'utf8')).toBe('one\nzwei ü\n')
})

test('each format is delivered where it goes, with colours on standard output only', async () => {
  const path = join(folder, 'shown')
  const outputs = openOutputs(FORMATS, { format: [`table=${path}`], color: 'always', quiet: true, json: true })
  expect(outputs.formats).toEqual(['json', 'table'])
  expect(outputs.onStdout).toBe('json')
  const seen: unknown[] = []
  await outputs.deliver((format, view, isFile) => {
    seen.push({ format, color: view.color, quiet: view.quiet, isFile })
    return format === 'table' ? ['a ', 'table'] : []
  })
  expect(seen).toEqual([
    { format: 'json', color: true, quiet: true, isFile: false },
    { format: 'table', color: false, quiet: true, isFile: true },
  ])
  expect(readFileSync(path, 'utf8')).toBe('a table')
})

test('a wrong policy of colours is told before the first datagram', () => {
  expect(refused(() => openOutputs(FORMATS, { color: 'purple' }))).toMatch(/--color.*auto, always or never/)
})
