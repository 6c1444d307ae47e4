import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { FinalRows } from '../../../../src/ledger/final-rows.ts'
import { LOSSES } from '../../../../src/ledger/fate.ts'
import { fateByReplies, probeRow, probeRows, settledProbeRows } from '../../../../src/runs/send/probe-rows.ts'
import type { ProbeRow } from '../../../../src/verdict/probe-row.ts'
import { simulate, type Simulation } from '../../../simulation/simulate.ts'
import { anyRun } from '../../ledger/runs.ts'

/** The rows of a run as they are written while it goes on, and those that the whole run gives. */
function rowsOf(plan: Simulation) {
  const early = new Map<string, ProbeRow>()
  const streamed: ProbeRow[] = []
  let final: FinalRows | undefined
  const { facts } = simulate({
    ...plan,
    onStep(live, now) {
      final ??= new FinalRows(live)
      const rows = final.advance(now)
      const classifier = final.classifier()
      const fateOf = fateByReplies(live, classifier)
      for (const row of rows) {
        const [page, fate] = [live.probes.find(row), fateOf(row)]
        if (page === undefined || fate === undefined) throw new Error('no probe')
        const written = probeRow(live, classifier, page, row, fate)
        early.set(keyOf(written), written)
        streamed.push(written)
      }
    },
  })
  const analysis = analyzeRun(facts)
  const { classifier, orders } = analysis.tally
  for (const row of final?.rest() ?? []) {
    const [page, fate] = [facts.probes.find(row), analysis.fateOf(row)]
    if (page !== undefined && fate !== undefined) streamed.push(probeRow(facts, classifier, page, row, fate))
  }
  return { streamed, early, whole: [...probeRows(facts, analysis)], facts, analysis, orders }
}

const keyOf = ({ seq, client }: ProbeRow): string => `${client}/${seq}`
const sorted = (rows: Iterable<ProbeRow>): ProbeRow[] => [...rows].sort((a, b) => a.client - b.client || a.seq - b.seq)

/** A run that sends for some seconds, so that probes are settled while it sends. */
const longRun = anyRun.map(plan => ({
  ...plan,
  probe: { ...plan.probe, count: 40, interval: SECOND / 8 },
  ...(plan.stopAfter === undefined ? {} : { stopAfter: plan.stopAfter * 15 }),
}))

/** Holds rows that were written while the run went on against those of the whole run. Returns how many of them miss what came later. */
function compare(plan: Simulation): number {
  const { streamed, early, whole, analysis } = rowsOf(plan)
  expect(sorted(streamed).map(keyOf)).toEqual(sorted(whole).map(keyOf))
  // With both rules of replies the one that leads may change during the run.
  if (analysis.tally.classifier.rule === 'mixed') return 0
  const written = new Map(streamed.map(row => [keyOf(row), row]))
  let later = 0
  for (const row of whole) {
    const one = written.get(keyOf(row)) ?? row
    if (one.fate !== row.fate && early.has(keyOf(row)) && one.arrivedMs === undefined) {
      later += 1
      expect(one).toMatchObject({ fate: 'lostUnknown', sentMs: row.sentMs, scheduledMs: row.scheduledMs })
      expect(LOSSES).toContain(row.fate)
    } else expect(one).toEqual(row)
  }
  return later
}

test('property: the rows that are written are those of the whole run', () => {
  fc.assert(
    fc.property(anyRun, plan => void compare(plan)),
    { numRuns: 60 },
  )
})

test('property: while more probes are sent, rows lack only what proves the place of a loss', () => {
  let later = 0
  fc.assert(
    fc.property(longRun, plan => {
      later += compare(plan)
    }),
    { numRuns: 60 },
  )
  expect(later).toBeGreaterThan(0)
})

test('rows that are written at the end come in the order of settling', () => {
  fc.assert(
    fc.property(anyRun, plan => {
      const { facts, analysis, whole } = rowsOf(plan)
      const rows = [...settledProbeRows(facts, analysis)]
      expect(sorted(rows)).toEqual(sorted(whole))
      const arrived = rows.flatMap(({ arrivedMs }) => (arrivedMs === undefined ? [] : [arrivedMs]))
      expect(arrived).toEqual(arrived.toSorted((a, b) => a - b))
    }),
    { numRuns: 30 },
  )
})
