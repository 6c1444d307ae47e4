import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { csvRows, sumOfFates } from './document.ts'
import type { Ledger, ResultDocument, Row } from './document.ts'
import { expectedLedger, startRelay } from './relay.ts'
import type { Circumstances, ExpectedLedger, RelayTruth } from './relay.ts'
import { temporaryFolder } from './tools.ts'
import { runHosted } from './udptool.ts'

export interface Impairment {
  readonly seed: number
  readonly up?: readonly string[]
  readonly down?: readonly string[]
  /** More options of relay.py. */
  readonly relay?: readonly string[]
  /** Options of `udptool send`, besides `COMMON`. */
  readonly send: readonly string[]
}

/** The Result of a run, and the relay's record of it. */
export interface Outcome {
  readonly document: ResultDocument
  readonly code: number | null
  readonly truth: RelayTruth
  /** The CSV export. */
  readonly rows: readonly Row[]
  /** Fate by sequence, from the CSV export. */
  readonly fates: ReadonlyMap<number, string>
}

/** Replies after this are late. The relay delays far less or far more. */
export const TIMEOUT_MS = 1000

/** Enough room that no socket of this test overflows, and a linger in which every copy from the relay arrives. */
const COMMON = ['--timeout', `${TIMEOUT_MS}ms`, '--linger', '1s', '--recv-buffer', '4MiB'] as const

/** `udptool send` through relay.py to a server: its result, and the relay's record. */
export async function sendThrough(server: string, impairment: Impairment): Promise<Outcome> {
  const rules = [
    ...(impairment.up ?? []).map(rule => `--up=${rule}`),
    ...(impairment.down ?? []).map(rule => `--down=${rule}`),
  ]
  await using relay = await startRelay(server, '--seed', `${impairment.seed}`, ...rules, ...(impairment.relay ?? []))
  const csv = join(temporaryFolder(), 'probes.csv')
  const sent = await runHosted(
    ['send', '--to', relay.at, ...COMMON, '--json', '--format', `csv=${csv}`, ...impairment.send],
    { timeoutSeconds: 100 },
  )
  const truth = await relay.stop()
  const document = sent.json()
  const rows = csvRows(readFileSync(csv, 'utf8'))
  const fates = new Map(rows.map(row => [Number(row['seq']), row['fate'] ?? '']))
  return { document, code: sent.code, truth, rows, fates }
}

/** The expected counts, with as many late probes as reported if those whose time is unclear allow it. */
function countsLike({ fates }: Ledger, { counts, unclear }: ExpectedLedger): Readonly<Record<string, number>> {
  const [{ late = 0 }, { late: expected = 0, intact = 0 }] = [fates, counts]
  if (late === expected || Math.abs(late - expected) > unclear.size) return counts
  const { late: _, ...others } = counts
  return { ...others, intact: intact + expected - late, ...(late === 0 ? {} : { late }) }
}

/** The counts of a run in which nothing is delayed on purpose: what a busy machine made late counts as intact. */
export function fatesWithoutLate({ ledger }: { readonly ledger: Ledger }): Readonly<Record<string, number>> {
  const { late = 0, intact = 0, ...others } = ledger.fates
  return { intact: intact + late, ...others }
}

/** Every count of the Result equals the one computed from the relay's own record. */
export function expectLedgerEquals(outcome: Outcome, circumstances: Circumstances): ExpectedLedger {
  const { document, truth } = outcome
  const right = expectedLedger(truth, circumstances)
  const { ledger } = document
  expect(ledger.fates).toEqual(countsLike(ledger, right))
  expect(ledger).toMatchObject({
    scheduled: truth.up.seen,
    sent: truth.up.seen,
    replies: right.replies,
    received: truth.down.forwarded,
    duplicates: right.duplicates,
    reordered: right.reordered,
    foreign: 0,
    unidentified: 0,
  })
  expect(sumOfFates(ledger)).toBe(ledger.scheduled)
  expect(right.received).toBe(truth.down.forwarded)
  expect(document.loss.count).toBe(right.lost)
  expect(document.loss.ratio).toBeCloseTo(right.lost / ledger.scheduled, 9)
  expect(document.truncation.count).toBe(right.counts['truncated'] ?? 0)
  const cuts: Record<string, number> = {}
  for (const cut of document.truncation.cutAt) cuts[cut.length] = (cuts[cut.length] ?? 0) + cut.count
  expect(cuts).toEqual(right.cuts)
  return right
}

/** In a run with one client, the CSV export has for every probe the fate computed from the relay's record. */
export function expectFatesEqual(outcome: Outcome, right: ExpectedLedger): void {
  const wrong: string[] = []
  for (const [key, fate] of right.fates) {
    const sequence = Number(key.split(':')[1])
    const reported = outcome.fates.get(sequence)
    const isUnclear = right.unclear.has(key) && (reported === 'intact' || reported === 'late')
    if (reported !== fate && !isUnclear) {
      const [run = ''] = key.split(':')
      const record = JSON.stringify(outcome.truth.runs[run]?.probes[sequence])
      wrong.push(`seq ${sequence}: reported ${String(reported)}, was ${fate}: ${record}`)
    }
  }
  expect(wrong).toEqual([])
  expect(outcome.fates.size).toBe(right.fates.size)
}
