import { chmodSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OutputFiles } from '../../../src/cli/output-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'udptool-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')

test('what was written is in the file at once, and the end replaces it', async () => {
  const file = new OutputFiles().open(at('run'), '--journal')
  expect(readdirSync(folder)).toEqual([])
  const output = file.grow()
  await output?.write('one\n')
  expect(read('run')).toBe('one\n')
  await output?.write(Buffer.from('two\n'))
  expect(read('run')).toBe('one\ntwo\n')
  await output?.close()
  await file.write(['whole\n'])
  expect(read('run')).toBe('whole\n')
  expect(readdirSync(folder)).toEqual(['run'])
})

test('an old file keeps its mode and its other names', async () => {
  writeFileSync(at('old'), 'an older and longer text')
  chmodSync(at('old'), 0o640)
  linkSync(at('old'), at('other'))
  const output = new OutputFiles().open(at('old'), '--journal').grow()
  await output?.write('new')
  await output?.close()
  expect([read('old'), read('other'), statSync(at('old')).mode & 0o777]).toEqual(['new', 'new', 0o640])
})

test('a file that cannot be opened any more is reported at the end, with its name', async () => {
  const file = new OutputFiles().open(at('run'), '--journal')
  rmSync(folder, { recursive: true })
  const output = file.grow()
  await output?.write('one\n')
  await expect(output?.close()).rejects.toThrow(
    /cannot write .*run: no such file or directory \(the file is not whole\)/u,
  )
  await expect(file.write(['whole'])).rejects.toThrow(/what was written during the run is left/u)
  folder = mkdtempSync(join(tmpdir(), 'udptool-'))
})

test('a device cannot be replaced, so it does not grow', () => {
  expect(new OutputFiles().open('/dev/null', '--journal').grow()).toBeUndefined()
})
