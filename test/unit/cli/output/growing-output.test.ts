import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OutputFiles } from '../../../../src/cli/output/output-files.ts'

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
  await output.write('one\n')
  expect(read('run')).toBe('one\n')
  await output.write(Buffer.from('two\n'))
  expect(read('run')).toBe('one\ntwo\n')
  await output.close()
  await file.write(['whole\n'])
  expect(read('run')).toBe('whole\n')
  expect(readdirSync(folder)).toEqual(['run'])
})

test('an old file keeps its mode and its other names', async () => {
  writeFileSync(at('old'), 'an older and longer text')
  chmodSync(at('old'), 0o640)
  linkSync(at('old'), at('other'))
  const output = new OutputFiles().open(at('old'), '--journal').grow()
  await output.write('new')
  await output.close()
  expect([read('old'), read('other'), statSync(at('old')).mode & 0o777]).toEqual(['new', 'new', 0o640])
})

test('a file that cannot be opened any more is reported at the end, with its name', async () => {
  const file = new OutputFiles().open(at('run'), '--journal')
  rmSync(folder, { recursive: true })
  const output = file.grow()
  await output.write('one\n')
  await expect(output.close()).rejects.toThrow(
    /cannot write .*run: no such file or directory \(the file is not whole\)/u,
  )
  await expect(file.write(['whole'])).rejects.toThrow(/what was written during the run is left/u)
  folder = mkdtempSync(join(tmpdir(), 'udptool-'))
})

test('a pipe is written at once, and a reader that has gone is not a failure', async () => {
  execFileSync('mkfifo', [at('pipe')])
  const reader = openSync(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
  const file = new OutputFiles().open(at('pipe'), '--format csv')
  const output = file.grow()
  await output.write('one\n')
  const got = Buffer.alloc(10)
  expect(got.toString('utf8', 0, readSync(reader, got))).toBe('one\n')
  closeSync(reader)
  await output.write('nobody reads this')
  await output.close()
  expect(file.isReplaceable).toBe(false)
})

test.skipIf(!existsSync('/dev/full'))('a device that takes nothing is reported at the end', async () => {
  const output = new OutputFiles().open('/dev/full', '--format csv').grow()
  await output.write('one\n')
  await output.write('two\n')
  await expect(output.close()).rejects.toThrow('cannot write /dev/full: no space left on device')
})
