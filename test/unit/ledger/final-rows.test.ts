import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND, type Nanos } from '../../../src/base/nanos.ts'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { COPIES_WAIT, FinalRows, lossWait } from '../../../src/ledger/final-rows.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import { answered, crafted, refused, silent, times, unreachable } from './crafted.ts'
import { anyRun } from './runs.ts'

/** Takes the settled rows after every event of a run, and the rest at its end. */
function take(plan: Simulation): { readonly facts: RunFacts; readonly given: readonly number[] } {
  const given: number[] = []
  let final: FinalRows | undefined
  const { facts } = simulate({
    ...plan,
    onStep(live, now) {
      final ??= new FinalRows(live)
      given.push(...final.advance(now))
    },
  })
  given.push(...(final?.rest() ?? []))
  return { facts, given }
}

test('property: each scheduled probe is given once, also in an interrupted run', () => {
  fc.assert(
    fc.property(anyRun, plan => {
      const { facts, given } = take(plan)
      const scheduled = facts.clients.flatMap(({ scheduled: count }, client, { length }) =>
        Array.from({ length: count }, (_, sequence) => sequence * length + client),
      )
      expect(given.toSorted((a, b) => a - b)).toEqual(scheduled.toSorted((a, b) => a - b))
    }),
    { numRuns: 60 },
  )
})

describe('when', () => {
  const facts = crafted([answered(), silent(), refused(90), unreachable(0)], { plan: { count: 5 } })
  facts.icmp.push({ errno: 111 })
  const { timeout } = facts.plan
  const sentAt = (row: number): Nanos => facts.probes.pages[0]?.sent[row] ?? NaN
  const at = (now: Nanos): readonly number[] => new FinalRows(facts).advance(now)

  test('a reply after the wait for its copies', () => {
    const arrived = facts.probes.pages[0]?.arrived[0] ?? NaN
    expect(at(arrived + COPIES_WAIT - 1)).toEqual([])
    expect(at(arrived + COPIES_WAIT)).toEqual([0])
  })

  test('a probe without a reply after its timeout and the wait for a late one', () => {
    const due = sentAt(1) + timeout + lossWait(timeout)
    expect(at(due - 1)).not.toContain(1)
    expect(at(due)).toContain(1)
    expect(at(due + SECOND)).toEqual([0, 1, 2, 3])
  })

  test.each([
    ['every probe is sent', { plan: { count: 4 } }, {}],
    ['its duration is over', { plan: { duration: SECOND } }, {}],
    ['it is interrupted', { plan: { count: 5 } }, { interrupted: true }],
  ])('a loss at the end of the run, once %s', (_, given, more) => {
    const ending = crafted([answered(), silent(), refused(90), silent()], given)
    const final = new FinalRows(Object.assign(ending, more))
    expect(final.advance(1000 * SECOND)).toEqual([0])
    expect(final.rest()).toEqual([1, 2, 3])
    expect(final.rest()).toEqual([])
  })

  test('an ICMP error once it is known', () => {
    const early = crafted([unreachable(0)], { plan: { count: 2 } })
    const final = new FinalRows(early)
    expect(final.advance(1000 * SECOND)).toEqual([])
    early.icmp.push({ errno: 111 })
    expect(final.advance(1001 * SECOND)).toEqual([0])
  })

  test('a reply that comes between two searches is not missed', () => {
    const later = crafted([silent(), answered()], { plan: { count: 3, timeout: 100 * SECOND } })
    const final = new FinalRows(later)
    expect(final.advance(SECOND)).toEqual([1])
    const [page] = later.probes.pages
    if (page === undefined) throw new Error('no page')
    for (const column of [page.outcome, page.traits]) column[0] = column[1] ?? 0
    page.arrived[0] = SECOND + 1
    expect(final.advance(SECOND + COPIES_WAIT)).toEqual([])
    expect(final.advance(SECOND + COPIES_WAIT + 1)).toEqual([0])
  })

  test.each([
    [10 * MILLISECOND, SECOND],
    [3 * SECOND, 3 * SECOND],
  ])('a late reply is waited for as long as the timeout of %d ns, at least a second', (given, wait) => {
    expect(lossWait(given)).toBe(wait)
  })
})

test('pages that are done are not searched again, and the next ones are', () => {
  const facts = crafted(times(2 * PAGE_ROWS + 5, answered()), { plan: { interval: 0 } })
  const final = new FinalRows(facts)
  expect(final.advance(1e15)).toHaveLength(2 * PAGE_ROWS + 5)
  expect(final.advance(1e15)).toEqual([])
})

test('the rule of the replies is that of the rows given so far', () => {
  const facts = crafted([answered({ traits: 5 }), answered({ traits: 6 }), answered({ traits: 6 })])
  const final = new FinalRows(facts)
  final.advance(MILLISECOND + COPIES_WAIT)
  expect(final.classifier().rule).toBe('same')
  final.advance(SECOND)
  expect(final.classifier().rule).toBe('mixed')
})
