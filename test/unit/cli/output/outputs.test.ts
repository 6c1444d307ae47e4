import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { OutputFiles } from '../../../../src/cli/output/output-files.ts'
import { chooseOutputs, openOutputs } from '../../../../src/cli/output/outputs.ts'
import { refused } from '../../../helpers/refused.ts'

const FORMATS = ['table', 'json', 'csv'] as const
const folder = mkdtempSync(join(tmpdir(), 'udptool-'))
afterAll(() => rmSync(folder, { recursive: true }))

function formatsOf(formats: readonly string[], json = false): string[] {
  return chooseOutputs(FORMATS, formats, json, new OutputFiles()).map(({ format, file }) =>
    file === undefined ? format : `${format} file`,
  )
}

describe('chooseOutputs', () => {
  test('a table on standard output by default', () => {
    expect(formatsOf([])).toEqual(['table'])
    expect(formatsOf([`csv=${join(folder, 'a')}`])).toEqual(['table', 'csv file'])
  })

  test('another format replaces it', () => {
    expect(formatsOf(['csv'])).toEqual(['csv'])
    expect(formatsOf([], true)).toEqual(['json'])
    expect(formatsOf(['json', `table=${join(folder, 'b')}`])).toEqual(['json', 'table file'])
  })

  test('without a table there is no default', () => {
    expect(chooseOutputs(['json'], [], false, new OutputFiles())).toEqual([])
  })

  test('standard output takes only one format', () => {
    expect(refused(() => formatsOf(['csv', 'json']))).toMatch(/not csv and json.*--format json=FILE/)
    expect(refused(() => formatsOf(['csv'], true))).toMatch(/one output/)
  })

  test('files are tried at once, and their old content stays until it is replaced', () => {
    const path = join(folder, 'at=once')
    writeFileSync(path, 'old')
    formatsOf([`csv=${path}`, `json=${join(folder, 'new')}`])
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['at=once'])
  })

  test('/dev/stdout is standard output', () => {
    expect(formatsOf(['json=/dev/stdout'])).toEqual(['json'])
    expect(refused(() => formatsOf(['json=/dev/stdout', 'csv']))).toMatch(/not json and csv/)
  })

  test('a journal on standard output replaces the table', () => {
    const files = new OutputFiles()
    files.open('/dev/stdout', '--journal')
    expect(chooseOutputs(FORMATS, [], false, files)).toEqual([])
    expect(refused(() => chooseOutputs(FORMATS, ['csv'], false, files))).toMatch(/not --journal and csv/)
  })

  test('a file that cannot be written is a usage error', () => {
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

test('each format goes to its destination, with colours on standard output only', async () => {
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

test('an invalid --color is reported before the first datagram', () => {
  expect(refused(() => openOutputs(FORMATS, { color: 'purple' }))).toMatch(/--color.*auto, always or never/)
})

test('if an output fails, the others are still written', async () => {
  const path = join(folder, 'others')
  const outputs = openOutputs(['json', 'csv'], { format: ['json=/dev/full', `csv=${path}`] })
  await expect(outputs.deliver(format => [format])).rejects.toThrow(/cannot write \/dev\/full: no space left/)
  expect(readFileSync(path, 'utf8')).toBe('csv')
})

test('a report has the width that the terminal has when it is written', async () => {
  const { isTTY, columns } = process.stdout
  onTestFinished(() => void Object.assign(process.stdout, { isTTY, columns }))
  Object.assign(process.stdout, { isTTY: true, columns: 100 })
  const outputs = openOutputs(FORMATS, {
    format: [`csv=${join(folder, 'width')}`, `json=${join(folder, 'one')}`],
    quiet: true,
  })
  expect(outputs.view.width).toBe(100)
  process.stdout.columns = 60
  const widths: number[] = []
  await outputs.deliver((format, { width }) => {
    if (format !== 'table') widths.push(width)
    return []
  })
  expect(widths).toEqual([60, 60])
})
