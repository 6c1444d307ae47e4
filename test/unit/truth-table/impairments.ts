import fc from 'fast-check'
import { MILLISECOND, type Nanos } from '../../../src/base/nanos.ts'
import type { Simulation } from '../../simulation/simulate.ts'
import type { NetworkTruth } from '../../simulation/truth.ts'
import type { Impairment, ImpairmentRule } from '../../../src/facts/impairment-rule.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { CHECKED_SIZE, IDENTIFIED_SIZE, OFFSET, PROBE_SIZE } from '../../../src/wire/probe.ts'
import { networkOf, probePlan, responderPlan } from '../machines/plans.ts'

export const DIRECTIONS = ['up', 'down', 'both'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The rules of a network, for each direction. */
interface Rules {
  readonly up: readonly ImpairmentRule[]
  readonly down: readonly ImpairmentRule[]
}

/** One row of the truth table: an impairment, on networks whose record is unambiguous. */
export interface ImpairmentClass {
  readonly name: string
  /** The count of the record for this impairment. */
  readonly does: Impairment
  readonly rule: fc.Arbitrary<ImpairmentRule>
  /** The rules up and down if both directions are impaired and some pairs of rules are ambiguous. */
  readonly both?: fc.Arbitrary<readonly [ImpairmentRule, ImpairmentRule]>
  readonly sizes: fc.Arbitrary<number>
  readonly plan?: fc.Arbitrary<Partial<ProbePlan>>
  /** Other runs belong to another class. */
  readonly admits?: (truth: NetworkTruth) => boolean
  /** The maximum share of runs with an ambiguous record; 0 if absent. */
  readonly doubtful?: number
}

const ratio = fc.double({ min: 0.01, max: 0.4, noNaN: true })
const between = (least: number, most: number): fc.Arbitrary<Nanos> => fc.integer({ min: least, max: most })
const microseconds = (least: number, most: number): fc.Arbitrary<Nanos> => between(least, most).map(us => us * 1000)

/** No reply travels longer than this: far below the timeout, and below the pause before a receipts request is repeated. */
const TIMEOUT = 500 * MILLISECOND
const checkedSize = between(CHECKED_SIZE, 600)
/** From here on a cut reply contains the server’s `seen`, which shows which side cut it if both did. */
const LEAST_CUT_OF_BOTH = OFFSET.whole

const drop = fc.record({ rule: fc.constant('drop' as const), ratio })
const dropEvery = fc.record({ rule: fc.constant('dropEvery' as const), every: between(2, 12) })
const dropBurst = fc.record({ rule: fc.constant('dropBurst' as const), length: between(2, 8), ratio })
const dropGilbert = fc.record({
  rule: fc.constant('dropGilbert' as const),
  toBad: ratio,
  toGood: fc.double({ min: 0.2, max: 1, noNaN: true }),
})
/** Every receipts request passes: it has at least 300 bytes, and 28 of headers. */
const mtu = fc.record({ rule: fc.constant('mtu' as const), size: between(328, 620) })
const blackout = fc.record({
  rule: fc.constant('blackout' as const),
  length: microseconds(2000, 40_000),
  start: microseconds(0, 30_000),
})
const duplicate = fc.record({ rule: fc.constant('duplicate' as const), ratio })
const reorder = fc.record({ rule: fc.constant('reorder' as const), ratio, delay: microseconds(200, 8000) })
const delay = fc.record({
  rule: fc.constant('delay' as const),
  base: microseconds(100, 5000),
  jitter: microseconds(0, 5000),
})
const rate = fc.record({
  rule: fc.constant('rate' as const),
  bitRate: between(1_000_000, 4_000_000),
  queue: microseconds(0, 6000),
})
const truncate = (least: number, most: number): fc.Arbitrary<ImpairmentRule> =>
  fc.record({ rule: fc.constant('truncate' as const), length: between(least, most), ratio })
const corrupt = fc.record({ rule: fc.constant('corrupt' as const), ratio })

const twice = (rule: fc.Arbitrary<ImpairmentRule>): fc.Arbitrary<readonly [ImpairmentRule, ImpairmentRule]> =>
  fc.tuple(rule, rule)

export const CLASSES: readonly ImpairmentClass[] = [
  { name: 'drop', does: 'dropped', rule: drop, sizes: checkedSize },
  { name: 'drop every n-th', does: 'dropped', rule: dropEvery, sizes: checkedSize },
  { name: 'drop in bursts', does: 'dropped', rule: dropBurst, sizes: checkedSize },
  { name: 'drop by Gilbert', does: 'dropped', rule: dropGilbert, sizes: checkedSize },
  { name: 'mtu', does: 'tooBig', rule: mtu, sizes: checkedSize },
  { name: 'blackout', does: 'dropped', rule: blackout, sizes: checkedSize },
  { name: 'duplicate', does: 'duplicated', rule: duplicate, sizes: checkedSize },
  { name: 'reorder', does: 'reordered', rule: reorder, sizes: checkedSize },
  { name: 'delay with jitter', does: 'delayed', rule: delay, sizes: checkedSize },
  {
    name: 'delay about the timeout',
    does: 'delayed',
    rule: fc.record({
      rule: fc.constant('delay' as const),
      base: microseconds(5000, 40_000),
      jitter: microseconds(0, 20_000),
    }),
    sizes: checkedSize,
    // The ledger stays open for all late replies: later ones do not count.
    plan: fc.record({ timeout: microseconds(10_000, 60_000), linger: fc.constant(TIMEOUT) }),
  },
  { name: 'rate with a queue', does: 'queueDropped', rule: rate, sizes: checkedSize },
  {
    name: 'truncate',
    does: 'truncated',
    // Shorter ones have no sequence: they have separate classes.
    rule: truncate(IDENTIFIED_SIZE, 400),
    both: twice(truncate(LEAST_CUT_OF_BOTH, 400)),
    sizes: checkedSize,
  },
  {
    name: 'truncate below the sequence, in lock-step',
    does: 'truncated',
    rule: truncate(0, IDENTIFIED_SIZE - 1),
    // Equal lengths in both directions: a cut request is not cut again.
    both: truncate(0, IDENTIFIED_SIZE - 1).map(rule => [rule, rule]),
    sizes: checkedSize,
    plan: fc.constant({ window: 1, interval: 0 }),
  },
  {
    name: 'truncate below the sequence, all at once',
    does: 'truncated',
    // All of them: with an identifiable reply, the last but one would leave a single probe in flight.
    rule: truncate(0, IDENTIFIED_SIZE - 1).map(rule => ({ ...rule, ratio: 1 })),
    sizes: checkedSize,
    plan: fc.constant({ interval: 0 }),
  },
  {
    name: 'truncate below the sequence, half of all at once',
    does: 'truncated',
    // Unidentified probes stay in flight, so that all others come with two or more. A cut request with its kind is not answered.
    rule: truncate(OFFSET.sequence, IDENTIFIED_SIZE - 1).map(rule => ({ ...rule, ratio: 0.5 })),
    sizes: checkedSize,
    plan: fc.constant({ interval: 0 }),
  },
  {
    name: 'corrupt, the payload only',
    does: 'corrupted',
    rule: corrupt,
    sizes: between(2000, 6000),
    plan: fc.record({ count: between(5, 20), clients: between(1, 2) }),
    admits: hitsPayloadOnly,
  },
  {
    name: 'corrupt',
    does: 'corrupted',
    rule: corrupt,
    sizes: checkedSize,
    // The same byte may be damaged in both directions, and be right again; a kind that became `S` gets no answer, and a receipts request about
    // it may be damaged in its range.
    doubtful: 0.15,
  },
]

function hitsPayloadOnly({ clients }: NetworkTruth): boolean {
  const packets = clients.flatMap(({ up, down }) => [...up.records.values(), ...down.records.values()]).flat()
  return packets.every(({ intact, arrivedSize, request }) => {
    // A byte damaged in both directions may be right again.
    return intact === arrivedSize || (intact >= PROBE_SIZE && intact !== request?.intact)
  })
}

/** Rules that may be combined: each at most once per direction. Cuts show which side made them. */
const MIXED: readonly fc.Arbitrary<ImpairmentRule>[] = [
  drop,
  dropEvery,
  dropBurst,
  dropGilbert,
  mtu,
  blackout,
  duplicate,
  reorder,
  delay,
  rate,
  truncate(LEAST_CUT_OF_BOTH, 400),
  corrupt,
]

/** Some runs of a mix are ambiguous: a damaged receipts request, copies of damaged probes, damage hidden by a cut. */
export const DOUBTFUL_MIXES = 0.15

/** Two to four impairments, each in one direction or both, in any order. */
const mixedRules: fc.Arbitrary<Rules> = fc
  .shuffledSubarray([...MIXED], { minLength: 2, maxLength: 4 })
  .chain(rules => fc.tuple(...rules.map(rule => fc.tuple(fc.constantFrom(...DIRECTIONS), rule, rule))))
  .map(placed => ({
    up: placed.flatMap(([direction, rule]) => (direction === 'down' ? [] : [rule])),
    down: placed.flatMap(([direction, , rule]) => (direction === 'up' ? [] : [rule])),
  }))

export const mixedRun: fc.Arbitrary<Simulation> = runOver(mixedRules, checkedSize, fc.constant({}))

/** Runs over networks with this impairment only. */
export function runOf({ rule, both, sizes, plan }: ImpairmentClass, direction: Direction): fc.Arbitrary<Simulation> {
  const rules: Record<Direction, fc.Arbitrary<Rules>> = {
    up: rule.map(one => ({ up: [one], down: [] })),
    down: rule.map(one => ({ up: [], down: [one] })),
    both: (both ?? twice(rule)).map(([up, down]) => ({ up: [up], down: [down] })),
  }
  return runOver(rules[direction], sizes, plan ?? fc.constant({}))
}

function runOver(
  rules: fc.Arbitrary<Rules>,
  sizes: fc.Arbitrary<number>,
  plan: fc.Arbitrary<Partial<ProbePlan>>,
): fc.Arbitrary<Simulation> {
  return fc
    .record({
      rules,
      probe: fc.record({
        clients: between(1, 3),
        sizes: fc.array(sizes, { minLength: 1, maxLength: 3 }),
        count: between(20, 60),
        interval: microseconds(0, 3000),
        burst: between(1, 4),
      }),
      plan,
      seed: fc.integer(),
      latency: microseconds(10, 2000),
      mode: fc.constantFrom('upper' as const, 'echo' as const),
    })
    .map(({ rules, probe, plan, seed, latency, mode }) => ({
      probe: probePlan({ timeout: TIMEOUT, ...probe, ...plan }),
      respond: responderPlan({ mode }),
      network: networkOf({ seed, latency, ...rules }),
    }))
}
