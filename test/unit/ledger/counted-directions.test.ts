import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { createIrttFacts } from '../../../src/facts/irtt.ts'
import { joinRuns } from '../../../src/facts/joined-runs.ts'
import { NO_COUNTER, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import { createFateCounts, scheduledCount, type Fate, type FateCounts } from '../../../src/ledger/fate.ts'
import type { IrttStats } from '../../../src/wire/irtt/parameters.ts'
import { irttPlan, stampPlan } from '../machines/plans.ts'
import { craftedSession } from './counted/crafted-session.ts'
import { runSession, type SessionPlan, type SessionTruth, type Way, type Whereabouts } from './counted/session-model.ts'
import { crafted, echoed, silent, times, type CraftedRow } from './crafted.ts'
import { total } from './refined.ts'

const ratio = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }))
const jitter = fc.constantFrom(0, 2, 8, 40).map(ms => ms * MILLISECOND)

/** Nothing is copied or reordered. */
const plainWay: fc.Arbitrary<Way> = fc.record({ loss: ratio(0.6), copy: fc.constant(0), jitter: fc.constant(0) })
const anyWay: fc.Arbitrary<Way> = fc.record({ loss: ratio(0.6), copy: ratio(0.4), jitter })

function sessions(way: fc.Arbitrary<Way>, restarts: fc.Arbitrary<readonly number[]>): fc.Arbitrary<SessionPlan> {
  return fc.record({
    seed: fc.nat(),
    probes: fc.integer({ min: 2, max: 120 }),
    interval: fc.constantFrom(1, 4, 20).map(ms => ms * MILLISECOND),
    sizes: fc.constantFrom([44], [44, 100, 500]),
    forward: way,
    back: way,
    doubled: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }),
    closing: fc.integer({ min: 0, max: 3 }),
    restarts,
  })
}

/** Memories that counted so much before they were lost that few losses cannot hide it. */
const LATE = fc.array(fc.integer({ min: 16, max: 150 }), { maxLength: 3 })

function losses({ lost, facts: { plan } }: SessionTruth, where: Whereabouts, size?: number): number {
  let count = 0
  for (const [row, found] of lost)
    if (found === where && (size ?? probeSize(plan, row)) === probeSize(plan, row)) count += 1
  return count
}

/** Losses whose direction is wrong, in the total, in a size, or of a single probe, beyond what the truth allows. */
function wrongs(truth: SessionTruth, { tally }: Analysis): string[] {
  const found: string[] = []
  const allowed = {
    lostForward: truth.overtaking,
    // The number of a copy without a reply, or of a request in another segment than its own, looks like that of a lost probe.
    lostReturn: truth.overtaking + truth.hiddenCopies,
  }
  for (const [fate, where] of [
    ['lostForward', 'forward'],
    ['lostReturn', 'back'],
  ] as const) {
    if (tally.total.fates[fate] > losses(truth, where) + allowed[fate]) found.push(fate)
    for (const [size, { fates }] of tally.sizes)
      if (fates[fate] > losses(truth, where, size) + allowed[fate]) found.push(`${fate} of ${size}`)
    if (allowed[fate] > 0) continue
    for (const [row, known] of truth.lost) {
      const page = truth.facts.probes.find(row)
      const alone = page === undefined ? undefined : tally.classifier.fate(page, row % PAGE_ROWS, 44, 0)
      if (alone === fate && known !== where) found.push(`${fate} of row ${row}`)
    }
  }
  return found
}

describe('over random sessions with a stateful reflector', () => {
  const check = (plan: SessionPlan, isExact: (truth: SessionTruth) => boolean): void => {
    const truth = runSession(plan)
    const analysis = analyzeRun(truth.facts)
    const { fates } = analysis.tally.total
    expect(scheduledCount(fates)).toBe(plan.probes)
    expect(fates.lostForward + fates.lostReturn + fates.lostUnknown).toBe(truth.lost.size)
    const rows = createFateCounts()
    for (let row = 0; row < plan.probes; row++) {
      const fate = analysis.fateOf(row)
      if (fate !== undefined) rows[fate] += 1
    }
    expect(rows).toEqual(fates)
    if (analysis.reflector?.kind !== 'stateful') {
      expect(fates.lostForward + fates.lostReturn).toBe(0)
      return
    }
    expect(wrongs(truth, analysis)).toEqual([])
    if (!isExact(truth)) return
    expect([fates.lostForward, fates.lostReturn]).toEqual([losses(truth, 'forward'), losses(truth, 'back')])
  }

  test('without copies, reordering and restarts the directions are those of the network', () => {
    fc.assert(
      fc.property(sessions(plainWay, fc.constant([])), plan => {
        check(plan, ({ endsWithReply, unansweredExtras, longestSilence }) => {
          return endsWithReply && unansweredExtras === 0 && longestSilence <= 8
        })
      }),
      { numRuns: 500 },
    )
  })

  test('with restarts no direction is wrong', () => {
    fc.assert(
      fc.property(sessions(plainWay, LATE), plan => {
        check(plan, () => false)
      }),
      { numRuns: 500 },
    )
  })

  test('with copies, reordering and restarts no direction is wrong, except what an unseen copy or an overtaking loss hides', () => {
    fc.assert(
      fc.property(sessions(anyWay, LATE), plan => {
        check(plan, () => false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a session', () => {
  const _ = undefined
  /** 20 answered probes with the numbers before `number`, so that no restart can hide. */
  const before = (number: number): number[] => Array.from({ length: 20 }, (__, index) => number - 20 + index)
  const directions = (facts: RunFacts): Partial<FateCounts> => {
    const { intact: __, ...lost } = total(facts)
    return lost
  }
  /** The fates of the probes without a reply, in order. */
  const rowsOf = (facts: RunFacts): (Fate | undefined)[] => {
    const { fateOf } = analyzeRun(facts)
    const fates = Array.from({ length: facts.clients[0]?.scheduled ?? 0 }, (__, row) => fateOf(row))
    return fates.filter(fate => fate !== 'intact')
  }

  test('a probe for which no number is left did not reach the reflector; a number without a probe is a lost reply', () => {
    expect(directions(craftedSession([...before(21), _, 21, 22]))).toEqual({ lostForward: 1 })
    expect(directions(craftedSession([...before(21), _, 22, 23]))).toEqual({ lostReturn: 1 })
    expect(rowsOf(craftedSession([...before(21), _, _, 21, _, 23]))).toEqual([
      'lostForward',
      'lostForward',
      'lostReturn',
    ])
  })

  test('of losses in both directions between two replies only the numbers are known', () => {
    const facts = craftedSession([...before(21), _, _, _, 22, 23])
    const page = facts.probes.pages[0]
    const { classifier } = analyzeRun(facts).tally
    if (page === undefined) throw new Error('no page')
    expect(directions(facts)).toEqual({ lostForward: 2, lostReturn: 1 })
    expect([20, 21, 22].map(place => classifier.fate(page, place, 128, 0))).toEqual(times(3, 'lostUnknown'))
    // Any of them may be shown as these, but no loss of another segment.
    const later = craftedSession([...before(21), _, _, _, 22, 23, _, _])
    expect(rowsOf(later)).toEqual(['lostForward', 'lostForward', 'lostReturn', 'lostUnknown', 'lostUnknown'])
  })

  test('and for a size as many as the other sizes cannot have', () => {
    const sizes = [44, 100]
    const { tally } = analyzeRun(craftedSession([...before(21), _, _, _, 22, 23], [], [], { sizes }))
    // Of two lost ones of 44 bytes and one of 100, two were lost on the forward path.
    expect(tally.sizes.get(44)?.fates).toMatchObject({ lostForward: 1, lostReturn: 0, lostUnknown: 1 })
    expect(tally.sizes.get(100)?.fates).toMatchObject({ lostForward: 0, lostReturn: 0, lostUnknown: 1 })
  })

  test('after the last reply nothing is known, unless a closing probe is answered', () => {
    const numbers = [...before(21), 21, _, _]
    expect(directions(craftedSession(numbers))).toEqual({ lostUnknown: 2 })
    expect(directions(craftedSession(numbers, [[23], [24, 22]]))).toEqual({ lostForward: 2 })
    // The first closing probe or one of the two: one of the three was counted.
    expect(directions(craftedSession(numbers, [[23], [24, 23]]))).toEqual({ lostForward: 1, lostUnknown: 1 })
    expect(directions(craftedSession(numbers, [[23], [24, 25]]))).toEqual({ lostReturn: 2 })
  })

  test('before the first reply the number counts from 0', () => {
    expect(directions(craftedSession([_, _, 0, 1, 2]))).toEqual({ lostForward: 2 })
    expect(directions(craftedSession([_, 1, 3], [[1, 2]]))).toEqual({ lostReturn: 1 })
    // An old session of the same port.
    expect(directions(craftedSession([_, _, 70, 71, 72]))).toEqual({ lostUnknown: 2 })
  })

  test('but not from a port that the user chose, which may have a session of two requests already', () => {
    const protocol = stampPlan({ hasFixedPort: true })
    expect(directions(craftedSession([_, _, 2, 3, _, 4], [], [], { protocol }))).toEqual({
      lostForward: 1,
      lostUnknown: 2,
    })
  })

  test('copies for the proof and copies by the path have numbers of their own', () => {
    expect(directions(craftedSession([0, 1, _, 3, 4], [[1, 2]]))).toEqual({ lostForward: 1 })
    expect(directions(craftedSession([...before(21), _, 22, 24], [], [[21, 23]]))).toEqual({ lostUnknown: 1 })
    expect(directions(craftedSession([...before(61), ...before(81), _, 81, 83], [], [[41, 82]]))).toEqual({
      lostForward: 1,
    })
  })

  test('a reflector that counts again: what was lost meanwhile is unknown, what comes after is not', () => {
    const facts = craftedSession([...before(21), _, 21, _, 0, ...before(21), _, 21, 22])
    expect(directions(facts)).toEqual({ lostForward: 2, lostUnknown: 1 })
    expect(rowsOf(facts)).toEqual(['lostForward', 'lostUnknown', 'lostForward'])
    expect(analyzeRun(facts).reflector).toEqual({ kind: 'stateful', segments: 2, unknownSegments: 0, restarts: 1 })
  })

  test('a number that returns to 0 after 2^32 - 1 is no restart', () => {
    const top = 2 ** 32
    const last = [top - 4, top - 3, top - 2]
    // The number 2^32 - 1 is lost with its reply; 0 and 1 too.
    expect(directions(craftedSession([...last, _, 0, 1, 2]))).toEqual({ lostReturn: 1 })
    expect(directions(craftedSession([...last, _, _, 1, 2]))).toEqual({ lostReturn: 2 })
    expect(directions(craftedSession([...last, _, _, 0, 1, _, 2]))).toEqual({ lostForward: 2, lostReturn: 1 })
    // The path copied a request, after the return to 0.
    const far = (number: number): number => (top - 60 + number) % top
    const long = [...before(61), ...before(81)].map(far)
    expect(directions(craftedSession([...long, _, far(81), far(83)], [], [[41, far(82)]]))).toEqual({
      lostForward: 1,
    })
    expect(analyzeRun(craftedSession([...last, 0, 1])).reflector?.restarts).toBe(0)
    expect(analyzeRun(craftedSession([...last, 0, 1, 2, 0])).reflector?.restarts).toBe(1)
    expect(analyzeRun(craftedSession([top - 2 ** 25, 0, 1])).reflector?.restarts).toBe(1)
  })

  test('as many losses as the reflector had counted may hide that it counts again', () => {
    const outage = (losses: number, next: number): RunFacts =>
      craftedSession([...before(21), ...times(losses, _), next, next + 1])
    expect(directions(outage(20, 21))).toEqual({ lostForward: 20 })
    expect(directions(outage(30, 21))).toEqual({ lostUnknown: 30 })
    expect(directions(outage(30, 50))).toEqual({ lostForward: 1, lostReturn: 29 })
    // After 200 requests a new memory would continue at 201 by chance only.
    const long = Array.from({ length: 200 }, (__, index) => index + 1)
    expect(directions(craftedSession([...long, ...times(300, _), 201, 202]))).toEqual({ lostForward: 300 })
    expect(directions(craftedSession([...long, ...times(300, _), 281, 282]))).toEqual({
      lostReturn: 80,
      lostUnknown: 220,
    })
  })

  test('two reflectors that answer by turns are not one memory', () => {
    const facts = craftedSession([5, 5, 6, 6, _, 7, 8, 8, _, 9, 10, 10])
    expect(directions(facts)).toEqual({ lostUnknown: 2 })
  })

  test('a number more than the requests: nothing between its neighbors is a lost reply', () => {
    expect(directions(craftedSession([...before(21), _, 22, 23, 25]))).toEqual({ lostUnknown: 1 })
  })

  test('a reply without a number was counted all the same', () => {
    const facts = craftedSession([...before(21), _, NO_COUNTER, 22, 23])
    expect(directions(facts)).toEqual({ lostForward: 1 })
  })

  test('an unidentified reply may be that of a lost probe', () => {
    const facts = craftedSession([...before(21), _, 22, _, 23])
    Object.assign(facts.clients[0] ?? {}, { unidentified: 1 })
    expect(directions(facts)).toEqual({ lostForward: 1, lostUnknown: 1 })
  })

  test('our own receive buffer may have dropped the reply', () => {
    const facts = craftedSession([...before(21), _, 22, _, 23])
    Object.assign(facts.clients[0] ?? {}, { dropsBefore: 3, dropsAfter: 4 })
    expect(directions(facts)).toEqual({ lostForward: 1, lostClientBuffer: 1 })
  })

  test('a stateless reflector, and one without proof: no direction', () => {
    expect(directions(craftedSession([0, 1, _, 3, 4], [[1, 1]]))).toEqual({ lostUnknown: 1 })
    expect(directions(craftedSession([0, 1, _, 3, 4]))).toEqual({ lostUnknown: 1 })
  })

  test('--summary keeps no rows: no direction, but the kind of the reflector', () => {
    const facts = craftedSession([...before(21), _, 21, 22], [[1, 3]], [], { summary: true })
    expect(directions(facts)).toEqual({ lostUnknown: 1 })
    expect(analyzeRun(facts).reflector).toEqual({ kind: 'stateful', segments: 0, unknownSegments: 0, restarts: 0 })
  })

  test('each run of joined ones is a session of its own', () => {
    const one = craftedSession([...before(21), _, 21, 22])
    const other = craftedSession([...before(91), _, 92, 93])
    const joined = joinRuns([
      { facts: one, began: 0 },
      { facts: other, began: 10_000 * MILLISECOND },
    ])
    expect(directions(joined)).toEqual({ lostForward: 1, lostReturn: 1 })
  })
})

describe('irtt', () => {
  const session = (rows: readonly CraftedRow[], duplicates = 0, stats: IrttStats = 'count'): RunFacts => {
    const facts = crafted(rows, { plan: { protocol: irttPlan({ stats }) }, clients: [{ duplicates }] })
    facts.irtt = { ...createIrttFacts(), opened: true }
    return facts
  }
  const count = (counter: number): CraftedRow => echoed({ counter })

  test('the window of a reply speaks about single probes, however short they are', () => {
    const facts = session([count(1), silent('notReceived'), silent('answered'), count(3)], 0, 'both')
    expect(total(facts)).toEqual({ intact: 2, lostForward: 1, lostReturn: 1 })
    expect(analyzeRun(facts).fateOf(1)).toBe('lostForward')
  })

  test('without windows the counts show directions, and with them they do not', () => {
    expect(total(session([count(1), silent(), count(2), silent(), count(4)]))).toEqual({
      intact: 3,
      lostForward: 1,
      lostReturn: 1,
    })
    expect(total(session([count(1), silent(), count(2)], 0, 'both'))).toEqual({ intact: 2, lostUnknown: 1 })
    expect(total(session([count(1), silent(), count(2)]))).toEqual({ intact: 2, lostForward: 1 })
  })

  test('a duplicate may be a copy that the server counted', () => {
    expect(total(session([count(1), silent(), count(3)], 1))).toEqual({ intact: 2, lostUnknown: 1 })
  })

  test('without counts there is no direction', () => {
    expect(total(session([echoed(), silent(), echoed()], 0, 'none'))).toEqual({ intact: 2, lostUnknown: 1 })
  })

  test('it is no reflector', () => {
    expect(analyzeRun(session([count(1)])).reflector).toBeUndefined()
  })
})
