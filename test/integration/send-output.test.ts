import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { csvRows, fatesOf, sumOfFates } from '../helpers/document.ts'
import type { ResultDocument, Row } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { runHosted, udptool } from '../helpers/udptool.ts'

/** With a timeout that no reply misses, however busy the machine is. */
const QUICK = ['--interval', '5ms', '--timeout', '20s'] as const

describe('a full disk is reported in one line with exit 3', () => {
  test.each([
    ['standard output', '> /dev/full'],
    ['/dev/full', '--format csv=/dev/full'],
    ['/dev/full', '--journal /dev/full'],
  ])('%s: %s', async (name, written) => {
    const command = `"$0" "${ROOT}bin/udptool.js" send --self --count 2 --interval 1ms ${written}`
    const { code, stderr } = await start('sh', ['-c', command, process.execPath]).finished
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`^udptool: cannot write ${name}: no space left on device[^\\n]*\\n$`))
  })
})

test('the Result has every documented field', async () => {
  await using echo = await startEcho()
  const { json } = await udptool(['send', ...QUICK, '--size', '200', '--to', echo.at, '--json'])
  const document = json()
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }
  expect(document).toMatchObject({
    schema: 'udptool/result/1',
    command: 'send',
    tool: { name: 'udptool', version },
    host: { os: expect.any(String), kernel: expect.any(String), node: expect.any(String), cpus: expect.any(Number) },
    engine: expect.stringMatching(/^(kernel|dgram)$/),
    target: { address: '127.0.0.1', port: echo.port },
    interrupted: false,
    ledger: {
      scheduled: 10,
      sent: 10,
      replies: 10,
      fates: { intact: 10 },
      received: 10,
      duplicates: 0,
      reordered: 0,
      foreign: 0,
      unidentified: 0,
    },
    evidence: { receipts: 'none', icmp: expect.any(String) },
    loss: { count: 0, ratio: 0, ci95: [0, expect.closeTo(0.2775, 3)], longestRun: 0, outages: [] },
    truncation: { count: 0, cutAt: [] },
    reply: { rule: 'upper' },
    jitter: { rfc3550Ms: expect.any(Number), ipdvMeanMs: expect.any(Number) },
    reordering: { ratio: 0 },
    duplication: { fraction: 0 },
    pacing: { targetIntervalMs: 5, missed: expect.any(Number), senderLimited: expect.any(Boolean) },
    throughput: { sentPerSecond: expect.any(Number) },
    expectations: [],
    verdict: 'pass',
    warnings: expect.any(Array),
  })
  expect(new Date(document.startedAt).toISOString()).toBe(document.startedAt)
  for (const delay of [
    document.rtt,
    (document as ResultDocument & { rttScheduled: typeof document.rtt }).rttScheduled,
  ]) {
    expect(delay.count).toBe(10)
    expect(delay.minMs).toBeGreaterThan(0)
    expect(delay.minMs).toBeLessThanOrEqual(delay.p50Ms)
    expect(delay.p50Ms).toBeLessThanOrEqual(delay.p99Ms)
    expect(delay.p99Ms).toBeLessThanOrEqual(delay.maxMs)
  }
  expect(document).not.toHaveProperty('rttNetwork')
})

describe('files', () => {
  test('csv, ndjson and a journal besides the document have the same fates', async () => {
    await using echo = await startEcho('--read', '300')
    const folder = temporaryFolder()
    const [csv, ndjson, journal] = ['a.csv', 'b.ndjson', 'c.journal'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const files = ['--format', `csv=${csv}`, '--format', `ndjson=${ndjson}`, '--journal', journal, '--json']
    const { code, json } = await runHosted([
      'send',
      '--size',
      '200,400',
      '--count',
      '20',
      ...QUICK,
      '--to',
      echo.at,
      ...files,
    ])
    const { ledger } = json()
    expect(code).toBe(0)
    expect(ledger.fates).toEqual({ intact: 10, truncated: 10 })

    const rows = csvRows(readFileSync(csv, 'utf8'))
    expect(Object.keys(rows[0] ?? {})).toEqual(
      expect.arrayContaining(['seq', 'client', 'size', 'sentMs', 'fate', 'rttMs']),
    )
    expect(fatesOf(rows)).toEqual(ledger.fates)
    expect(rows.map(row => [row['seq'], row['size'], row['fate']])).toEqual(
      Array.from({ length: 20 }, (_, seq) => [`${seq}`, seq % 2 ? '400' : '200', seq % 2 ? 'truncated' : 'intact']),
    )

    const lines = readFileSync(ndjson, 'utf8').trimEnd().split('\n')
    const objects = lines.map(line => JSON.parse(line) as Row)
    expect(objects.length).toBe(20)
    expect(fatesOf(objects)).toEqual(ledger.fates)

    const [header = '', ...blocks] = readFileSync(journal, 'utf8').trimEnd().split('\n')
    expect(JSON.parse(header)).toEqual(expect.any(Object))
    expect(blocks.length).toBeGreaterThan(0)
  })

  test('--format json=FILE is the document, and stdout has the table', async () => {
    await using echo = await startEcho()
    const file = join(temporaryFolder(), 'result.json')
    const { code, stdout } = await runHosted([
      'send',
      ...QUICK,
      '--to',
      echo.at,
      '--format',
      'table',
      '--format',
      `json=${file}`,
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/intact\D+10\b/)
    const document = JSON.parse(readFileSync(file, 'utf8')) as ResultDocument
    expect(document.ledger.fates).toEqual({ intact: 10 })
  })
})

test.skipIf(!requireTool('bash'))('a reader that closes the pipe (head -1) causes no error', async () => {
  await using echo = await startEcho()
  const args = ['send', '--burst', '100', '--count', '10000', ...QUICK, '--to', echo.at, '--format', 'ndjson']
  const script = '"$0" "$@" | head -1; echo "status ${PIPESTATUS[0]}" >&2'
  const shell = start('bash', ['-c', script, process.execPath, `${ROOT}bin/udptool.js`, ...args])
  const { stdout, stderr } = await shell.finished
  expect((JSON.parse(stdout) as { seq: number }).seq).toBe(0)
  expect(stderr).toMatch(/^status (0|141)\n$/m)
  expect(stderr).not.toMatch(/EPIPE|^\s+at /m)
})

test('--summary has the same fates', async () => {
  await using echo = await startEcho('--read', '300')
  const args = ['send', '--summary', '--size', '200,400', '--count', '40', ...QUICK, '--to', echo.at, '--json']
  const { json } = await runHosted(args)
  expect(json().ledger.fates).toEqual({ intact: 20, truncated: 20 })
  expect(sumOfFates(json().ledger)).toBe(40)
})

test('--help has examples; --version prints the version', async () => {
  const help = await udptool(['send', '--help'])
  expect(help.code).toBe(0)
  expect(help.stdout).toMatch(/udptool send --size 4000/)
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }
  expect((await udptool(['--version'])).stdout.trim()).toBe(version)
})
