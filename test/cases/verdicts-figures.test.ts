import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { ROOT } from '../helpers/child.ts'
import { startRelayCommand } from '../helpers/relay-command.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

type Figures = Readonly<Record<string, number>>

/** The figures that peers/journal.py computes from a journal. */
interface Recomputed {
  readonly scheduled: number
  /** `lost` has all losses without an ICMP error, because the rows do not contain directions. */
  readonly fates: Figures
  readonly [figure: string]: number | Figures | null
}

interface Document {
  readonly ledger: { readonly fates: Figures; readonly [count: string]: number | Figures }
  readonly loss: { readonly count: number; readonly longestRun: number; readonly outages: readonly unknown[] }
  readonly rtt?: Figures
  readonly rttNetwork?: Figures
  readonly rttScheduled?: Figures
  readonly jitter?: Figures
  readonly reordering: Figures
  readonly duplication: Figures
  readonly throughput?: Figures
}

function recomputed(journal: string): Recomputed {
  const text = execFileSync('python3', [`${ROOT}test/helpers/peers/journal.py`, journal], { encoding: 'utf8' })
  return JSON.parse(text) as Recomputed
}

/** Fates with all losses without an ICMP error merged into `lost`. */
function merged(fates: Figures): Figures {
  const sums: Record<string, number> = {}
  for (const [fate, count] of Object.entries(fates)) {
    const name = fate.startsWith('lost') ? 'lost' : fate
    if (count > 0) sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}

/** Documents round times to the nanosecond and other fractions to ten digits. */
function close(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : (expect.closeTo(value, 5) as unknown)
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner)]))
}

function counted(values: readonly string[]): Figures {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

/** Compares every figure of a journal, in every format that has it, with those that Python computes from the journal. */
async function compare(journal: string): Promise<void> {
  const folder = temporaryFolder()
  const file = (name: string): string => join(folder, name)
  const formats = ['json', 'csv', 'ndjson', 'prometheus']
  const requested = formats.flatMap(format => ['--format', `${format}=${file(format)}`])
  const run = await runHosted(['report', journal, ...requested, '--format', 'table'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const right = recomputed(journal)
  const result = JSON.parse(readFileSync(file('json'), 'utf8')) as Document
  const { ledger, loss, rtt, rttNetwork, rttScheduled, jitter, reordering, duplication, throughput } = result
  expect(merged(ledger.fates)).toEqual(right.fates)
  const { rfc3550Ms, ipdvMeanMs, pdvP99Ms } = jitter ?? {}
  expect({
    scheduled: ledger['scheduled'],
    replies: ledger['replies'],
    duplicates: ledger['duplicates'],
    foreign: ledger['foreign'],
    unidentified: ledger['unidentified'],
    reordered: ledger['reordered'],
    loss: loss.count,
    longestRun: loss.longestRun,
    outages: loss.outages.length,
    rtt,
    rttNetwork,
    rttScheduled,
    jitter: rfc3550Ms,
    ipdv: ipdvMeanMs,
    pdvP99: pdvP99Ms,
    reorderingRatio: reordering['ratio'],
    maxExtent: reordering['maxExtent'],
    fraction: duplication['fraction'],
    replicated: duplication['replicated'],
    sentPerSecond: throughput?.['sentPerSecond'],
  }).toEqual({
    ...(close({ ...right, fates: undefined }) as object),
    // The figures of jitter need two consecutive replies, and are absent together.
    ...(jitter === undefined ? { jitter: undefined, ipdv: undefined, pdvP99: undefined } : {}),
    fates: undefined,
  })

  const csv = readFileSync(file('csv'), 'utf8').trimEnd().split('\n')
  const column = csv[0]?.split(',').indexOf('fate') ?? -1
  const ofCsv = counted(csv.slice(1).map(line => line.split(',')[column] ?? ''))
  const ndjson = readFileSync(file('ndjson'), 'utf8').trimEnd().split('\n')
  const ofNdjson = counted(ndjson.map(line => (JSON.parse(line) as { readonly fate: string }).fate))
  const occurring = Object.fromEntries(Object.entries(ledger.fates).filter(([, count]) => count > 0))
  expect(ofCsv).toEqual(occurring)
  expect(ofNdjson).toEqual(occurring)

  const metrics = readFileSync(file('prometheus'), 'utf8')
  const sample = (name: string, label = ''): number => {
    const line = metrics.split('\n').find(text => text.startsWith(`${name}{`) && text.includes(label))
    return Number(line?.slice(line.lastIndexOf(' ') + 1))
  }
  for (const [fate, count] of Object.entries(occurring)) expect(sample('udptool_probes', `fate="${fate}"`)).toBe(count)
  expect(sample('udptool_loss_ratio')).toBeCloseTo(Number(right['loss']) / right.scheduled, 9)
  if (rtt !== undefined) {
    expect(sample('udptool_rtt_seconds', 'quantile="0.99"')).toBeCloseTo(Number(rtt['p99Ms']) / 1000, 9)
    expect(sample('udptool_rtt_mean_seconds')).toBeCloseTo(Number(rtt['meanMs']) / 1000, 9)
  }
  expect(run.stdout).toContain(`= ${right.scheduled} scheduled`)
}

const FOLDER = `${ROOT}fixtures/journals`

cases([
  ...readdirSync(FOLDER)
    .filter(name => name.endsWith('.journal'))
    .map(name => ({
      fault: 'A15',
      what: `the saved run ${name}, recomputed by Python from its journal`,
      before: 'CSV rows have a direction that the ledger has not; the ratio of reordering has another denominator',
      right: 'every figure equal in every format',
      shows: async () => {
        await compare(join(FOLDER, name))
      },
    })),
  {
    fault: 'A15',
    what: 'a run with drops, copies, reordering, truncation and flipped bits',
    before: 'as above',
    right: 'every figure equal in every format',
    shows: async () => {
      await using server = await startServe([], HOSTED)
      const up = ['--up', 'drop=5%', '--up', 'dup=5%', '--up', 'truncate=40@4%']
      const down = [
        '--down',
        'drop=5%,dup=5%',
        '--down',
        'reorder=10%:15ms',
        '--down',
        'truncate=10@4%',
        '--down',
        'corrupt=3%',
      ]
      await using relay = await startRelayCommand(server.at, [...up, ...down, '--seed', '5'])
      const journal = join(temporaryFolder(), 'run.journal')
      const send = ['send', '--to', relay.at, '--size', '64,300,1200', '--count', '300', '--clients', '2']
      const run = await runHosted([...send, '--interval', '2ms', '--timeout', '300ms', '--journal', journal, '--json'])
      expect(run.json().ledger.scheduled).toBe(600)
      await compare(journal)
    },
  },
])
