import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settleAll } from '../../../../src/cli/settle-all.ts'
import { OutputFiles } from '../../../../src/cli/output/output-files.ts'
import { followLinks } from '../../../../src/cli/output/output-path.ts'
import { TemporaryFile } from '../../../../src/cli/output/temporary-file.ts'
import { refused } from '../../../helpers/refused.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'udptool-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')

/** Chunks whose second one throws. */
function* failing(): Generator<string, void> {
  yield 'half'
  throw new Error('no more')
}

describe('a file that is replaced', () => {
  test('has everything that was written, piece by piece', async () => {
    await new OutputFiles().open(at('new'), '--journal').write(['one\n', '', 'zwei ü\n'])
    expect(read('new')).toBe('one\nzwei ü\n')
    expect(readdirSync(folder)).toEqual(['new'])
  })

  test('keeps its mode, and its content until then', async () => {
    writeFileSync(at('old'), 'an older and longer text')
    chmodSync(at('old'), 0o640)
    const output = new OutputFiles().open(at('old'), '--journal')
    expect(read('old')).toBe('an older and longer text')
    await output.write(['new'])
    expect(read('old')).toBe('new')
    expect(statSync(at('old')).mode & 0o777).toBe(0o640)
  })

  test('is unchanged if writing fails, with no other file next to it', async () => {
    writeFileSync(at('old'), 'old')
    const output = new OutputFiles().open(at('old'), '--journal')
    await expect(output.write(failing())).rejects.toThrow(/cannot write .*old: no more \(the old file is unchanged\)/)
    expect(read('old')).toBe('old')
    await expect(new OutputFiles().open(at('new'), '--journal').write(failing())).rejects.toThrow(/no file was left/)
    expect(readdirSync(folder)).toEqual(['old'])
  })

  test('may have a name of maximum length', async () => {
    await new OutputFiles().open(at('n'.repeat(255)), '--journal').write(['x'])
    expect(readdirSync(folder)).toEqual(['n'.repeat(255)])
  })
})

test('a file with two names keeps both', async () => {
  writeFileSync(at('one'), 'an older and longer text')
  linkSync(at('one'), at('two'))
  await new OutputFiles().open(at('one'), '--journal').write(['new'])
  expect(read('two')).toBe('new')
})

test('a pipe is written directly, and a reader that has gone is not a failure', async () => {
  execFileSync('mkfifo', [at('pipe')])
  const reader = openSync(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
  const [first, second] = [new OutputFiles().open(at('pipe'), '-a'), new OutputFiles().open(at('pipe'), '-b')]
  await first.write(['text'])
  const got = Buffer.alloc(10)
  expect(got.toString('utf8', 0, readSync(reader, got))).toBe('text')
  closeSync(reader)
  await second.write(['nobody reads this'])
  expect(statSync(at('pipe')).isFIFO()).toBe(true)
})

describe('two outputs to one file', () => {
  test.each([
    ['the same path', 'real', 'real'],
    ['a path with dots', 'real', './folder/../real'],
    ['a symbolic link', 'real', 'link'],
    ['a hard link', 'real', 'hard'],
    ['a new file', 'new', 'folder/../new'],
    ['a new file through a linked folder', 'folder/new', 'linked/new'],
    ['a link to nothing', 'nothing', 'dangling'],
  ])('%s', (_, one, other) => {
    mkdirSync(at('folder'))
    writeFileSync(at('real'), '')
    linkSync(at('real'), at('hard'))
    symlinkSync('real', at('link'))
    symlinkSync('folder', at('linked'))
    symlinkSync('nothing', at('dangling'))
    const files = new OutputFiles()
    files.open(`${folder}/${one}`, '--journal')
    expect(refused(() => files.open(`${folder}/${other}`, '--truth'))).toMatch(/--journal and --truth both write to /)
  })

  test('devices take any number of outputs', () => {
    const files = new OutputFiles()
    files.open('/dev/null', '--journal')
    files.open('/dev/null', '--truth')
  })
})

test('a file that cannot be written is a usage error', () => {
  const files = new OutputFiles()
  expect(refused(() => files.open('', '--journal'))).toMatch(/names no file/)
  expect(refused(() => files.open(folder, '--journal'))).toMatch(/illegal operation on a directory/)
  expect(refused(() => files.open(at('none/x'), '--journal'))).toMatch(/no such file/)
  symlinkSync('loop', at('loop'))
  expect(refused(() => files.open(at('loop'), '--journal'))).toMatch(/too many symbolic links/)
})

test.each([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
  ['/dev/fd/63', 63],
  ['/proc/self/fd/7', 7],
  [`/proc/${process.pid}/fd/7`, 7],
])('%s is a descriptor of this process, also through a link', (path, descriptor) => {
  expect(followLinks(path)).toEqual({ descriptor })
  symlinkSync(path, at('link'))
  expect(followLinks(at('link'))).toEqual({ descriptor })
})

test('a temporary file is removed with the process', () => {
  const before = process.listenerCount('exit')
  const file = new TemporaryFile(folder, 0o600)
  expect(readdirSync(folder)).toHaveLength(1)
  const [listener] = process.listeners('exit').slice(before)
  listener?.(0)
  expect(readdirSync(folder)).toEqual([])
  file.discard()
  expect(process.listenerCount('exit')).toBe(before)
  expect(process.listenerCount('SIGQUIT')).toBe(0)
})

test('every step runs, and all errors are reported together', async () => {
  const done: number[] = []
  const step = (number: number, error?: Error) => async () => {
    done.push(number)
    if (error !== undefined) throw error
    await Promise.resolve()
  }
  const [one, two] = [new Error('one'), new Error('two')]
  await expect(settleAll([step(1, one), step(2)])).rejects.toBe(one)
  await expect(settleAll([step(3), step(4, one), step(5, two)])).rejects.toBe(one)
  await settleAll([step(6)])
  expect(done).toEqual([1, 2, 3, 4, 5, 6])
})
