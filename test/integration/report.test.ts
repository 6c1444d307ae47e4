import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FORMATS, type Format } from '../../src/report/formats.ts'
import { ROOT, start } from '../helpers/child.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe, udptool } from '../helpers/udptool.ts'

const RESULTS = `${ROOT}fixtures/results/`
const QUICK = ['--count', '60', '--interval', '1ms', '--timeout', '20s'] as const

/** Saves a run to a server that truncates at 1000 bytes, in every format and as a journal. Returns the path of each file. */
async function savedRun(): Promise<(name: Format | 'journal') => string> {
  await using server = await startServe(['--recv-size', '1000'], HOSTED)
  const folder = temporaryFolder()
  const file = (name: string): string => join(folder, `run.${name}`)
  const formats = FORMATS.flatMap(name => ['--format', `${name}=${file(name)}`])
  const args = ['send', ...QUICK, '--to', server.at, '--size', '200,1400', '--journal', file('journal'), ...formats]
  const { code, stderr } = await runHosted(args)
  expect([code, stderr]).toEqual([0, ''])
  return file
}

/** Formats that need the probes of a run, not only its figures. */
const OF_PROBES: readonly Format[] = ['csv', 'ndjson', 'table', 'html']

async function expectSame(saved: string, format: Format, written: string): Promise<void> {
  const { code, stdout, stderr } = await runHosted(['report', saved, '--format', format])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout, format).toBe(readFileSync(written, 'utf8'))
}

describe('a saved run or suite is rendered as before', () => {
  test.each(readdirSync(RESULTS).filter(name => name.endsWith('.json')))('fixtures/results/%s', async name => {
    const { code, stdout } = await runHosted(['report', `${RESULTS}${name}`, '--format', 'json'])
    expect(code).toBe(0)
    expect(JSON.stringify(JSON.parse(stdout))).toBe(
      JSON.stringify(JSON.parse(readFileSync(`${RESULTS}${name}`, 'utf8'))),
    )
  })

  test('a run, byte for byte: every format from its journal, and from its Result every format that needs no probes', async () => {
    const file = await savedRun()
    for (const format of FORMATS) await expectSame(file('journal'), format, file(format))
    for (const format of FORMATS.filter(name => !OF_PROBES.includes(name)))
      await expectSame(file('json'), format, file(format))
  })

  test('a suite, byte for byte: every format that needs no probes', async () => {
    const folder = temporaryFolder()
    const file = (name: string): string => join(folder, `suite.${name}`)
    writeFileSync(
      file('yaml'),
      'checks: [{ name: one, serve: {}, count: 2, timeout: 20s }, { name: none, serve: { mode: discard }, count: 2 }]',
    )
    const formats = FORMATS.flatMap(name => ['--format', `${name}=${file(name)}`])
    expect((await udptool(['check', file('yaml'), ...formats])).code).toBe(1)
    for (const format of FORMATS.filter(name => name !== 'html')) await expectSame(file('json'), format, file(format))
  })

  test('from standard input', async () => {
    const path = `${RESULTS}mixed.json`
    const shell = start('sh', ['-c', `"$0" "${ROOT}bin/udptool.js" report - --json < "${path}"`, process.execPath])
    const { code, stdout } = await shell.finished
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(path, 'utf8')))
  })

  test('a suite', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'suite.json')
    const { stdout } = await runHosted(['report', `${RESULTS}clean.json`, `${RESULTS}mixed.json`, '--json'])
    writeFileSync(file, stdout)
    expect((await runHosted(['report', file, '--json'])).stdout).toBe(stdout)
  })
})

describe('several files', () => {
  test('are one suite with a check for each run', async () => {
    const files = ['clean', 'mixed', 'silent'].map(name => `${RESULTS}${name}.json`)
    const { code, stdout } = await runHosted(['report', ...files, '--json'])
    expect(code).toBe(0)
    const suite = JSON.parse(stdout) as {
      schema: string
      checks: readonly { name: string; verdict: string; result: unknown }[]
    }
    expect(suite.schema).toBe('udptool/check/1')
    expect(suite.checks.map(check => check.result)).toEqual(files.map(file => JSON.parse(readFileSync(file, 'utf8'))))
    expect(suite.checks.map(({ name, verdict }) => `${name.split(':')[0] ?? ''} ${verdict}`)).toEqual([
      'clean.json pass',
      'mixed.json fail',
      'silent.json fail',
    ])
  })

  test('in any format, and exit 0 for every verdict', async () => {
    const files = ['clean', 'mixed'].map(name => `${RESULTS}${name}.json`)
    const { code, stdout } = await runHosted(['report', ...files, '--format', 'tap'])
    expect(code).toBe(0)
    expect(stdout.split('\n').filter(line => /^(?:not )?ok /.test(line)).length).toBe(2)
    expect(stdout).toMatch(/^not ok 2 /m)
  })
})

describe('a suite as rows', () => {
  test.each(['csv', 'ndjson'])('%s: one row per check, as check writes it', async format => {
    const folder = temporaryFolder()
    const [checks, suite, rows] = ['checks.yaml', 'suite.json', 'rows'].map(name => join(folder, name))
    writeFileSync(
      checks ?? '',
      'checks:\n  - { name: one, serve: {}, count: 2, timeout: 20s }\n  - { name: two, serve: {}, count: 3, timeout: 20s }\n',
    )
    const args = ['check', checks ?? '', '--format', `json=${suite ?? ''}`, '--format', `${format}=${rows ?? ''}`]
    expect((await runHosted(args)).code).toBe(0)
    const { code, stdout, stderr } = await runHosted(['report', suite ?? '', '--format', format])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(readFileSync(rows ?? '', 'utf8'))
    expect(stdout.trimEnd().split('\n').length).toBe(format === 'csv' ? 3 : 2)
  })

  test('several files: one row per run', async () => {
    const files = ['clean', 'mixed'].map(name => `${RESULTS}${name}.json`)
    const { code, stdout } = await runHosted(['report', ...files, '--format', 'csv'])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').length).toBe(3)
  })
})

describe('the document of a query', () => {
  const closed = [
    'query',
    'dns',
    '127.0.0.1:1',
    '--name',
    'example.org',
    '--expect',
    'dns.answers>=1',
    '--expect',
    'silent',
  ]

  test('is rendered as it was written, byte for byte, in every format', async () => {
    const folder = temporaryFolder()
    const file = (name: string): string => join(folder, name)
    const formats = FORMATS.flatMap(name => ['--format', `${name}=${file(name)}`])
    expect((await runHosted([...closed, ...formats])).code).toBe(1)
    for (const format of FORMATS) await expectSame(file('json'), format, file(format))
  })

  test('that was changed is refused', async () => {
    const file = join(temporaryFolder(), 'query.json')
    const { stdout } = await runHosted([...closed, '--json'])
    writeFileSync(file, stdout.replace('"verdict": "fail"', '"verdict": "pass"'))
    const { code, stderr } = await runHosted(['report', file])
    expect([code, stderr.replaceAll(file, 'FILE')]).toEqual([
      2,
      'udptool: FILE: the query contradicts itself: it passes, but has the reason of a failure — the file was cut or changed: take it from its source again\n',
    ])
  })

  test('cannot be compared', async () => {
    const file = join(temporaryFolder(), 'query.json')
    writeFileSync(file, (await runHosted([...closed, '--json'])).stdout)
    const { code, stderr } = await runHosted(['diff', file, file])
    expect([code, stderr.replaceAll(file, 'FILE')]).toEqual([
      2,
      'udptool: FILE is a query, and two runs of probes are compared — give a Result (send --json) or a journal (send --journal)\n',
    ])
  })
})

describe('exit 2, with the kind of the file and the expected kinds', () => {
  const WANTED =
    'give a Result (send --json), a journal (send --journal), a query (query --json) or a suite (check --json)'
  const journal = readFileSync(`${ROOT}fixtures/journals/clean.journal`, 'utf8')
  const result = readFileSync(`${RESULTS}clean.json`, 'utf8')

  test.each([
    ['text', 'hello\n', `FILE is not a JSON document — ${WANTED}`],
    ['an empty file', '', `FILE is empty — ${WANTED}`],
    ['other JSON', '{"a":1}', `FILE is JSON, but not a document of udptool: it names no schema — ${WANTED}`],
    [
      'another document',
      '{"schema":"udptool/engines/1"}',
      `FILE is udptool/engines/1, which this command does not read — ${WANTED}`,
    ],
    [
      'a later version',
      '{"schema":"udptool/result/2"}',
      'FILE is udptool/result/2, and this udptool reads udptool/result/1 — take the udptool that wrote it',
    ],
    [
      'a later journal',
      journal.replace('udptool/journal/1', 'udptool/journal/2'),
      'FILE is udptool/journal/2, and this udptool reads udptool/journal/1 — take the udptool that wrote it',
    ],
    [
      'half a Result',
      '{"schema":"udptool/result/1"}',
      'FILE is not a whole Result: command is missing — the file was cut or changed: take it from its source again',
    ],
    [
      'a changed Result',
      result.replace('"scheduled": 10', '"scheduled": -1'),
      'FILE is not a whole Result: ledger.scheduled is not what udptool writes there — the file was cut or changed: take it from its source again',
    ],
    [
      'a journal that was changed',
      journal.replace('"replies":20', '"replies":19'),
      /^udptool: FILE: the journal contradicts itself: .* — the file was cut or changed/,
    ],
  ])('%s', async (_, text, message) => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, text)
    const { code, stdout, stderr } = await runHosted(['report', file])
    expect([code, stdout]).toEqual([2, ''])
    const output = stderr.replaceAll(file, 'FILE')
    if (typeof message === 'string') expect(output).toBe(`udptool: ${message}\n`)
    else expect(output).toMatch(message)
  })

  test('a missing file, and csv of a Result, which has no probes', async () => {
    expect(await udptool(['report', '/nowhere/run.json'])).toMatchObject({
      code: 2,
      stderr:
        'udptool: cannot read /nowhere/run.json: no such file or directory — name a file that exists and may be read\n',
    })
    expect(await udptool(['report', `${RESULTS}clean.json`, '--format', 'csv'])).toMatchObject({
      code: 2,
      stderr:
        'udptool: csv and ndjson list the probes of a run, which only its journal knows — give the journal (send --journal)\n',
    })
  })

  test('unknown fields of a later version are accepted and kept', async () => {
    const file = join(temporaryFolder(), 'later.json')
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(result) as object), later: { by: 'udptool 9' } }))
    const { code, stdout } = await runHosted(['report', file, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })
})
