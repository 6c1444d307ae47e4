import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT } from '../helpers/child.ts'
import { startRelayCommand } from '../helpers/relay-command.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe, udptool } from '../helpers/udptool.ts'

const RUN = ['--count', '400', '--interval', '2ms', '--timeout', '5s', '--linger', '500ms'] as const
/** A delay of 0.5 to 1.5 s: every delay and its variation are larger than in a direct run, also on a busy host. */
const SLOW = ['--up', 'delay=1s~500ms'] as const
const kernel = await builtKernelEngine()

/** The document of `udptool diff --json` as in docs/diff.md, defined a second time. */
interface DiffDocument {
  readonly schema: string
  readonly a: { readonly from: string; readonly scheduled: number }
  readonly metrics: readonly {
    readonly metric: string
    readonly a?: { readonly value: number }
    readonly b?: { readonly value: number; readonly low: number; readonly high?: number; readonly samples: number }
    readonly outcome: string
    readonly text: string
  }[]
  readonly differences: readonly { readonly what: string }[]
  readonly verdict: string
}

interface Saved {
  readonly json: string
  readonly journal: string
}

async function savedRun(to: string, ...args: readonly string[]): Promise<Saved> {
  const folder = temporaryFolder()
  const saved = { json: join(folder, 'run.json'), journal: join(folder, 'run.journal') }
  const { code } = await runHosted([
    'send',
    ...RUN,
    '--to',
    to,
    ...args,
    '--journal',
    saved.journal,
    '--format',
    `json=${saved.json}`,
  ])
  expect(code).toBe(0)
  return saved
}

async function diff(...args: readonly string[]): Promise<DiffDocument & { readonly code: number | null }> {
  const { code, stdout } = await runHosted(['diff', '--json', ...args])
  return { ...(JSON.parse(stdout) as DiffDocument), code }
}

describe.each(kernel === undefined ? ['dgram'] : ['dgram', 'kernel'])('runs of the %s engine', engine => {
  test('a run is not worse than itself, as a Result and as a journal; a second run has the same conditions', async () => {
    await using server = await startServe(['--engine', engine], HOSTED)
    const [a, b] = await Promise.all([savedRun(server.at, '--engine', engine), savedRun(server.at, '--engine', engine)])
    for (const [one, other] of [
      [a.json, a.journal],
      [a.journal, a.json],
    ] as const) {
      const compared = await diff(one, other)
      expect(compared).toMatchObject({ schema: 'udptool/diff/1', code: 0, verdict: 'pass', differences: [] })
      expect(compared.a).toMatchObject({ from: 'samples', scheduled: 400 })
      expect(new Set(compared.metrics.map(({ outcome }) => outcome))).toEqual(new Set(['alike']))
    }
    // The load of this host decides about the delays of two runs, so these are not compared here (test/unit/verdict/false-alarms.test.ts).
    for (const kind of ['json', 'journal'] as const) {
      const { differences, metrics } = await diff(a[kind], b[kind])
      expect(differences).toEqual([])
      expect(metrics.find(({ metric }) => metric === 'loss')?.outcome).toBe('alike')
    }
  })
})

test('reports a relay that drops 5 % as loss, with the number of its drops', async () => {
  await using server = await startServe([], HOSTED)
  await using relay = await startRelayCommand(server.at, [...SLOW, '--up', 'drop=5%', '--seed', '1'], HOSTED)
  const [a, b] = await Promise.all([savedRun(server.at), savedRun(relay.at)])
  const { truth } = await relay.stop()
  for (const kind of ['json', 'journal'] as const) {
    const { code, verdict, metrics, differences } = await diff(a[kind], b[kind])
    expect([code, verdict]).toEqual([1, 'fail'])
    const loss = metrics.find(({ metric }) => metric === 'loss')
    expect(loss).toMatchObject({
      outcome: 'worse',
      a: { value: 0 },
      b: { value: truth.up.dropped / 400, samples: 400 },
    })
    expect(loss?.text).toMatch(/^loss is \S+ percentage points worse .*, significant with 400 against 400 probes$/)
    expect(differences.map(({ what }) => what)).toEqual(['target'])
  }
  // In the opposite order it is an improvement, which is not a failure.
  const back = await diff(b.json, a.json)
  expect(back.code).toBe(0)
  expect(back.metrics.find(({ metric }) => metric === 'loss')?.outcome).toBe('better')
})

test('reports a relay that delays all datagrams by about a second, and so does --baseline', async () => {
  await using server = await startServe([], HOSTED)
  await using relay = await startRelayCommand(server.at, ['--up', 'delay=1s'], HOSTED)
  const a = await savedRun(server.at)
  const folder = temporaryFolder()
  const saved = join(folder, 'now.json')
  const args = ['send', ...RUN, '--to', relay.at, '--baseline', a.json, '--format', `json=${saved}`, '-q']
  const { code, stdout } = await runHosted(args)
  expect(code).toBe(1)
  expect(stdout).toMatch(/^✗ fail · all 400 probes to \S+ came back whole$/m)
  expect(stdout).toMatch(/^ {2}✗ p50 is \S+ m?s worse \(/m)
  const compared = await diff(a.json, saved)
  expect(compared.code).toBe(1)
  const p50 = compared.metrics.find(({ metric }) => metric === 'rtt.p50')
  expect(p50).toMatchObject({ outcome: 'worse' })
  expect(p50?.b?.value).toBeGreaterThan(1000)
})

test('--baseline passes if the run is not worse, and the Result has the comparison', async () => {
  await using server = await startServe()
  await using relay = await startRelayCommand(server.at, SLOW, HOSTED)
  const a = await savedRun(relay.at)
  const { code, json } = await udptool(['send', ...RUN, '--to', server.at, '--baseline', a.journal, '--json'])
  expect(code).toBe(0)
  expect(json()).toMatchObject({
    verdict: 'pass',
    baseline: { baseline: { file: a.journal, from: 'samples', scheduled: 400 }, verdict: 'pass' },
  })
})

describe('exit 2', () => {
  const clean = `${ROOT}fixtures/results/clean.json`

  test('a suite cannot be compared', async () => {
    const suite = join(temporaryFolder(), 'suite.json')
    writeFileSync(suite, (await udptool(['report', clean, clean, '--json'])).stdout)
    const { code, stderr } = await udptool(['diff', clean, suite])
    expect([code, stderr.replace(suite, 'FILE')]).toEqual([
      2,
      'udptool: FILE is a suite of 2 checks, and two runs are compared — give a Result (send --json) or a journal (send --journal)\n',
    ])
  })

  test.each([
    [['diff', clean], "udptool: missing required argument 'b' — see udptool diff --help\n"],
    [
      ['diff', '--tolerance', '5', clean, clean],
      'udptool: --tolerance cannot be "5": a ratio without % is at most 1 — did you mean 5%?\n',
    ],
    [['send', '--tolerance', '5%'], 'udptool: a tolerance needs --baseline — name the saved run: --baseline FILE\n'],
    [
      ['send', '--baseline', '/nowhere.json'],
      'udptool: cannot read /nowhere.json: no such file or directory — name a file that exists and may be read\n',
    ],
  ])('%s', async (args, message) => {
    const { code, stdout, stderr } = await runHosted(args)
    expect([code, stdout, stderr]).toEqual([2, '', message])
  })
})
