import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Simulation } from '../../simulation/simulate.ts'
import type { NetworkTruth } from '../../simulation/truth.ts'
import { simulateSettled } from '../ledger/runs.ts'
import {
  CLASSES,
  DIRECTIONS,
  DOUBTFUL_MIXES,
  mixedRun,
  runOf,
  type Direction,
  type ImpairmentClass,
} from './impairments.ts'
import { expectedOf } from './expected.ts'
import { reportedOf, type Reported } from './reported.ts'

const RUNS_ALONE = 20
/** For a class with ambiguous records: enough for a share. */
const RUNS_DOUBTFUL = 60
const RUNS_MIXED = 300
/** Fixed runs. */
const SAME_RUNS = { seed: 4711, numRuns: 8 }

interface DoneRun {
  readonly plan: Simulation
  readonly truth: NetworkTruth
}

const done = new Map<string, readonly DoneRun[]>()

/** A handful of runs of a class, simulated once. */
function sameRuns(kind: ImpairmentClass, direction: Direction): readonly DoneRun[] {
  const name = `${kind.name} ${direction}`
  const runs =
    done.get(name) ??
    fc.sample(runOf(kind, direction), SAME_RUNS).map(plan => ({ plan, truth: simulateSettled(plan).truth }))
  done.set(name, runs)
  return runs
}

describe.each(CLASSES)('$name', kind => {
  test.each(DIRECTIONS)('%s: the Result matches the network', direction => {
    const numRuns = kind.doubtful === undefined ? RUNS_ALONE : RUNS_DOUBTFUL
    expect(doubtfulShare(runOf(kind, direction), numRuns, kind.admits)).toBeLessThanOrEqual(kind.doubtful ?? 0)
  })

  test.each(DIRECTIONS)('%s: the network does it', direction => {
    expect(Math.min(...timesDone(kind, direction))).toBeGreaterThan(0)
  })
})

describe('mixes of two to four', () => {
  test('the Result matches the network', () => {
    expect(doubtfulShare(mixedRun, RUNS_MIXED)).toBeLessThanOrEqual(DOUBTFUL_MIXES)
  })
})

test('the table has every fate that a network causes, every side, and every count', () => {
  const runs = CLASSES.flatMap(kind => DIRECTIONS.flatMap(direction => sameRuns(kind, direction)))
  const expected = runs.map(({ plan, truth }) => expectedOf(plan, truth).expected)
  const rows = expected.flatMap(one => one.rows)
  expect(new Set(expected.flatMap(({ ledger }) => Object.keys(ledger.fates)))).toEqual(
    new Set(['intact', 'late', 'truncated', 'corrupt', 'lostForward', 'lostReturn', 'lostUnknown']),
  )
  for (const fate of ['truncated', 'corrupt'])
    expect(new Set(rows.filter(row => row.fate === fate).map(({ side }) => side))).toEqual(
      new Set(['request', 'reply', 'unknown']),
    )
  const most = (figure: (one: Reported) => number): number => Math.max(...expected.map(figure))
  expect(most(({ ledger }) => ledger.duplicates)).toBeGreaterThan(0)
  expect(most(({ ledger }) => ledger.unidentified)).toBeGreaterThan(0)
  expect(most(({ ledger }) => ledger.reordered)).toBeGreaterThan(1)
  expect(most(({ maxExtent }) => maxExtent)).toBeGreaterThan(1)
  expect(most(({ loss }) => loss.longestRun)).toBeGreaterThan(2)
  expect(most(({ loss }) => loss.outages.length)).toBeGreaterThan(1)
  expect(new Set(expected.map(({ receipts }) => receipts))).toEqual(new Set(['whole', 'none']))
})

/** Compares every run with an unambiguous record with that record; returns the share of the others. */
function doubtfulShare(run: fc.Arbitrary<Simulation>, numRuns: number, admits?: ImpairmentClass['admits']): number {
  let doubtful = 0
  fc.assert(
    fc.property(run, plan => {
      const { facts, truth } = simulateSettled(plan)
      fc.pre(admits?.(truth) ?? true)
      const { expected, doubts } = expectedOf(plan, truth)
      const reported = reportedOf(facts)
      if (doubts.length > 0) doubtful += 1
      else expect(inAnyOrder(reported)).toEqual(inAnyOrder(expected))
    }),
    { numRuns },
  )
  return doubtful / numRuns
}

/** Cuts are sorted by number, and probes page by page: the order of equal ones is undefined. */
function inAnyOrder({ truncation, rows, ...reported }: Reported) {
  return {
    ...reported,
    truncation: {
      ...truncation,
      cutAt: truncation.cutAt.toSorted((a, b) => a.length - b.length || a.side.localeCompare(b.side)),
    },
    rows: rows.toSorted((a, b) => a.client - b.client || a.seq - b.seq),
  }
}

/** How often the record has it, in each requested direction, over a few runs. */
function timesDone(kind: ImpairmentClass, direction: Direction): readonly number[] {
  const clients = sameRuns(kind, direction).flatMap(({ truth }) => truth.clients)
  const ways = direction === 'both' ? (['up', 'down'] as const) : [direction]
  return ways.map(way => clients.reduce((sum, client) => sum + client[way].probes[kind.does], 0))
}
