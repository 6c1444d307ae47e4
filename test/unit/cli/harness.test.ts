import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { UdptoolError } from '../../../src/base/error.ts'
import { runSubcommand } from '../../../src/cli/harness.ts'
import type { Ending, Prepared, Subcommand } from '../../../src/cli/subcommand.ts'
import type { Options } from '../../../src/options/raw-options.ts'
import { FORMATS } from '../../../src/report/formats.ts'

const folder = mkdtempSync(join(tmpdir(), 'udptool-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => void vi.restoreAllMocks())

/** The exit status of a command with this preparation, and its standard output. */
async function outcome(prepared: Prepared, options: Options = {}): Promise<readonly [status: number, written: string]> {
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((...[text, ...rest]: unknown[]) => {
    written.push(String(text))
    for (const done of rest) if (typeof done === 'function') done()
    return true
  })
  const subcommand: Subcommand = {
    name: 'tried',
    about: '',
    options: {},
    formats: FORMATS,
    help: '',
    prepare: () => prepared,
  }
  return [await runSubcommand(subcommand, [], options, new Command()), written.join('')]
}

const ending: Ending = { content: { told: 1 }, table: () => ['whole\n'] }

test.each([
  ['pass', 0],
  ['fail', 1],
  ['error', 3],
  [undefined, 0],
] as const)('verdict %s ends with %i, and the table is printed', async (verdict, status) => {
  expect(await outcome({ run: async () => ({ ...ending, verdict }) })).toEqual([status, 'whole\n'])
})

test('an exit status is returned as it is, and nothing is written', async () => {
  expect(await outcome({ run: async () => 42 })).toEqual([42, ''])
})

test('if rows were printed, only the rest of the table follows; a file has all', async () => {
  const run = async () => ({ ...ending, tableEnd: () => ['end\n'] })
  const path = join(folder, 'table')
  expect(await outcome({ run }, { format: ['table', `table=${path}`] })).toEqual([0, 'end\n'])
  expect(readFileSync(path, 'utf8')).toBe('whole\n')
  expect(await outcome({ run }, { json: true })).toEqual([0, '{\n  "told": 1\n}\n'])
  expect(await outcome({ run }, { quiet: true })).toEqual([0, 'whole\n'])
})

test('after a signal the document is written, and the status is that of the signal', async () => {
  const run: Prepared['run'] = async ({ signals }) => {
    expect([signals.signal.aborted, process.emit('SIGTERM'), signals.signal.aborted]).toEqual([false, true, true])
    return { ...ending, verdict: 'fail' }
  }
  const listeners = process.listenerCount('SIGTERM')
  expect(await outcome({ run })).toEqual([143, 'whole\n'])
  expect(process.listenerCount('SIGTERM')).toBe(listeners)
})

test.each([
  ['resolve', false, 130],
  ['socket', true, 130],
] as const)('a signal is the end of %s (breaks off: %s)', async (code, breaksOff, status) => {
  const run: Prepared['run'] = async ({ signals }) => {
    signals.raise('SIGINT')
    throw new UdptoolError(code, 'broken')
  }
  expect(await outcome({ run, breaksOff })).toEqual([status, ''])
})

test('another error is thrown, also after a signal', async () => {
  const broken = async (): Promise<never> => Promise.reject(new UdptoolError('socket', 'broken'))
  await expect(outcome({ run: broken, breaksOff: true })).rejects.toThrow('broken')
  const late: Prepared['run'] = async ({ signals }) => {
    signals.raise('SIGINT')
    return broken()
  }
  await expect(outcome({ run: late })).rejects.toThrow('broken')
})

test('files are tried before the run; if one fails at the end, the other outputs are still written', async () => {
  let began = false
  const files = { '--journal': join(folder, 'none', 'journal') }
  const run = async () => {
    began = true
    return ending
  }
  await expect(outcome({ files, run })).rejects.toThrow('--journal cannot write')
  expect(began).toBe(false)
  const [journal, json] = [join(folder, 'journal'), join(folder, 'json')]
  const saves = { '--journal': () => ['facts'], '--truth': () => ['truth'] }
  const both = { files: { '--journal': journal, '--truth': '/dev/full' }, run: async () => ({ ...ending, saves }) }
  await expect(outcome(both, { format: [`json=${json}`] })).rejects.toThrow('cannot write /dev/full')
  expect([readFileSync(journal, 'utf8'), JSON.parse(readFileSync(json, 'utf8'))]).toEqual(['facts', { told: 1 }])
})
