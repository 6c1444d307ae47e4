import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ResultDocument } from '../helpers/document.ts'
import { runTerminal, startEcho } from '../helpers/peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

const LINE =
  /^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d (?<sent>\d+) sent · (?<replies>\d+) replies · loss (?:not known yet|\S+ \((?<lost>\d+) of (?<settled>\d+)\)) · .+$/u

interface Counts {
  readonly sent: number
  readonly replies: number
  readonly settled: number
  readonly lost: number
}

interface Row extends Partial<Counts> {
  readonly event?: string
  readonly seq?: number
  readonly interval?: Counts
}

function rowsOf(stdout: string): readonly Row[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Row)
}

describe.each(['kernel', 'dgram'])('send on the %s engine', engine => {
  test('lines on standard error; the last one has all probes of a Python server', async () => {
    await using echo = await startEcho()
    const probes = ['--count', '30', '--interval', '20ms', '--report-interval', '100ms', '-q']
    const { code, stderr } = await udptool(['send', '--to', echo.at, '--engine', engine, ...probes])
    const lines = stderr.trimEnd().split('\n')
    expect(code).toBe(0)
    for (const line of lines) expect(line).toMatch(LINE)
    expect(LINE.exec(lines.at(-1) ?? '')?.groups).toEqual({ sent: '30', replies: '30', lost: '0', settled: '30' })
    expect(await echo.stop()).toMatchObject({ received: 30 })
  })

  test('objects among the rows, which add up to the counts', async () => {
    await using echo = await startEcho()
    const probes = ['--count', '20', '--interval', '20ms', '--report-interval', '100ms', '--format', 'ndjson']
    const { stdout, stderr } = await udptool(['send', '--to', echo.at, '--engine', engine, ...probes])
    const rows = rowsOf(stdout)
    const events = rows.filter(({ event }) => event === 'interval')
    expect(events).toHaveLength(stderr.trimEnd().split('\n').length)
    expect(rows.filter(({ seq }) => seq !== undefined)).toHaveLength(20)
    const sum = (name: keyof Counts): number => events.reduce((all, { interval }) => all + (interval?.[name] ?? 0), 0)
    const all = { sent: 20, replies: 20, settled: 20, lost: 0 }
    expect({ sent: sum('sent'), replies: sum('replies'), settled: sum('settled'), lost: sum('lost') }).toEqual(all)
    expect(events.at(-1)).toMatchObject(all)
    expect(await echo.stop()).toMatchObject({ received: 20 })
  })
})

test('with --summary probes are counted before their rows are discarded', async () => {
  const pace = ['--rate', '100kpps', '--count', '60000', '--timeout', '20ms', '--no-receipts']
  const probes = [...pace, '--summary', '--report-interval', '100ms']
  const { stdout, stderr } = await runHosted(['send', '--self', '--engine', 'kernel', '--json', ...probes])
  const { ledger } = JSON.parse(stdout) as ResultDocument
  expect(
    LINE.exec(
      stderr
        .trimEnd()
        .split('\n')
        .at(-1)
        ?.replaceAll(/(?<=\d),(?=\d)/gu, '') ?? '',
    )?.groups,
  ).toMatchObject({
    settled: '60000',
    replies: `${ledger.replies}`,
  })
})

test('0 is no report, and a bare number has no unit', async () => {
  const none = await runHosted(['send', '--self', '--count', '2', '--report-interval', '0'])
  expect([none.code, none.stderr]).toEqual([0, ''])
  const bare = await runHosted(['send', '--self', '--report-interval', '10'])
  expect([bare.code, bare.stdout]).toEqual([2, ''])
  expect(bare.stderr).toContain('--report-interval')
})

describe.each(['kernel', 'dgram'])('sweep on the %s engine', engine => {
  test('the rounds add up to the ledger', async () => {
    const sizes = ['--sizes', '64..512/64', '--count', '3', '--report-interval', '100ms', '--json']
    const { stdout, stderr } = await runHosted(['sweep', '--self', '--engine', engine, ...sizes])
    const { ledger } = JSON.parse(stdout) as ResultDocument
    const { scheduled, replies } = ledger
    const last = stderr.trimEnd().split('\n').at(-1) ?? ''
    expect(LINE.exec(last)?.groups).toMatchObject({
      sent: `${scheduled}`,
      replies: `${replies}`,
      settled: `${scheduled}`,
    })
  })
})

test('mtu: the rounds add up to the ledger', async () => {
  const { stdout, stderr } = await runHosted(['mtu', '--self', '--report-interval', '100ms', '--format', 'ndjson'])
  const [event] = rowsOf(stdout)
    .filter(row => row.event === 'interval')
    .slice(-1)
  const rows = rowsOf(stdout).filter(({ seq }) => seq !== undefined)
  expect(event?.settled).toBe(rows.length)
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(LINE)
})

describe('at a terminal', () => {
  const args = ['send', '--self', '--count', '4', '--interval', '700ms', '--report-interval', '1s']

  test('a slow rate, and lines above the live line', async () => {
    const { code, transcript } = await runTerminal([], args)
    const lines = transcript.split(/\r\n?/u).map(line => line.replace('\u001B[2K', ''))
    expect(code).toBe(0)
    expect(transcript).toMatch(/ · \d+(?:\.\d+)?\/s · /u)
    expect(transcript).not.toMatch(/ · 0\/s/u)
    expect(lines.filter(line => LINE.test(line)).length).toBeGreaterThan(0)
  })

  test('with TERM=dumb no escape sequence', async () => {
    const { code, transcript } = await runTerminal([], args, ['--term', 'dumb'])
    const lines = transcript.split('\r\n')
    expect(code).toBe(0)
    expect(transcript).not.toContain('\u001B')
    expect(transcript.replaceAll('\r\n', '\n')).not.toContain('\r')
    expect(lines.filter(line => LINE.test(line)).length).toBeGreaterThan(0)
  })
})

test('check without a file: how many checks are done, and which one runs', async () => {
  const { code, stderr } = await startUdptool(['check', '-q', '--report-interval', '100ms']).finished
  expect(code).toBe(0)
  const lines = stderr.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines)
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d \d+ of 17 checks done · checking: .+$/u)
})

test('check: lines with the name of the check, as long as it runs', async () => {
  const file = join(temporaryFolder(), 'udptool.yaml')
  writeFileSync(file, 'checks: [{ name: over the lan, serve: {}, duration: 10m, interval: 10ms }]\n')
  const check = startUdptool(['check', file, '--report-interval', '100ms'])
  await check.waitFor('stderr', /^\S+ over the lan: [1-9]\d* sent · [1-9]\d* replies · loss .+ · rtt p50 .+\n/mu)
  check.signal('SIGINT')
  const { code, stderr } = await check.finished
  const lines = stderr.trimEnd().split('\n')
  expect(code).toBe(130)
  for (const line of lines) expect(line.replace(' over the lan:', '')).toMatch(LINE)
  // The last line has the rest of the check.
  const { sent, settled } = LINE.exec((lines.at(-1) ?? '').replace(' over the lan:', ''))?.groups ?? {}
  expect(settled).toBe(sent)
})

test('ping: an object among the events, before the last one', async () => {
  await using echo = await startEcho()
  const { stdout, stderr } = await udptool([
    'ping',
    echo.at,
    '-c',
    '5',
    '-i',
    '0.05',
    '--report-interval',
    '100ms',
    '--json',
  ])
  const rows = rowsOf(stdout)
  const events = rows.filter(({ event }) => event === 'interval')
  expect(events.at(-1)).toMatchObject({ sent: 5, replies: 5, settled: 5, lost: 0 })
  expect(rows.at(-1)?.event).toBe('summary')
  expect(stderr.trimEnd().split('\n')).toHaveLength(events.length)
})

test.each([
  ['send', '--count', '3', '--expect', 'rtt.p99<1h', '--expect', 'loss<90%', '--expect', 'truncated<3'],
  ['sweep', '--sizes', '64..512/64', '--timeout', '20s'],
  ['mtu', '--size', '1400,4000', '--timeout', '5s'],
])('%s -q is one line in a pipe', async (command, ...args) => {
  const { stdout, stderr } = await udptool([command, '--self', '-q', ...args])
  expect(stdout).toMatch(/^✓ [^\n]+\n$/u)
  expect(stderr).toBe('')
})
