import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { lossCount, replyCount, scheduledCount } from '../../../src/ledger/fate.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { IntervalReporter, type IntervalCounts, type IntervalReport } from '../../../src/verdict/interval-report.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import { answered, crafted, silent, times, wrong } from '../ledger/crafted.ts'
import { anyRun } from '../ledger/runs.ts'

const COUNTS = ['sent', 'replies', 'settled', 'lost'] as const

function sums(reports: readonly IntervalReport[]): IntervalCounts {
  const sum = (name: keyof IntervalCounts): number => reports.reduce((all, { interval }) => all + interval[name], 0)
  return { sent: sum('sent'), replies: sum('replies'), settled: sum('settled'), lost: sum('lost') }
}

/** Reports on a simulated run once each `every`, and on the rest at its end. */
function reportsOf(plan: Simulation, reporter: IntervalReporter, every: number) {
  const reports: IntervalReport[] = []
  let fold: RunFold | undefined
  let due = every
  const { facts } = simulate({
    ...plan,
    onStep(live, now) {
      if (plan.probe.summary) fold ??= new RunFold(live)
      reporter.advance(live, now)
      fold?.foldFinal()
      if (now < due) return
      due = now + every
      reports.push(reporter.report(now / MILLISECOND))
    },
  })
  reporter.advance(facts, 0)
  reports.push(reporter.report(due / MILLISECOND))
  return { reports, fates: analyzeRun(facts, fold).tally.total.fates }
}

test('property: the intervals add up to the totals, and these are those of the ledger', () => {
  fc.assert(
    fc.property(anyRun, fc.boolean(), fc.integer({ min: 1, max: 400 }), (plan, summary, everyMs) => {
      const simulation = { ...plan, probe: { ...plan.probe, summary } }
      const { reports, fates } = reportsOf(simulation, new IntervalReporter(), everyMs * MILLISECOND)
      const total = reports.at(-1)?.total
      expect(sums(reports)).toEqual(total)
      expect(total).toEqual({
        sent: scheduledCount(fates) - fates.refused,
        replies: replyCount(fates),
        settled: scheduledCount(fates),
        lost: lossCount(fates),
      })
      // A probe in flight is not settled, so that loss never exceeds what is settled.
      for (const { total: so } of reports) {
        expect(so.lost).toBeGreaterThanOrEqual(0)
        expect(so.replies).toBeLessThanOrEqual(so.settled)
      }
    }),
    { numRuns: 60 },
  )
})

test('property: rounds add up to the counts of all of them', () => {
  fc.assert(
    fc.property(fc.array(anyRun, { minLength: 2, maxLength: 3 }), plans => {
      const reporter = new IntervalReporter()
      const reports: IntervalReport[] = []
      const expected = { sent: 0, replies: 0, settled: 0, lost: 0 }
      plans.forEach((plan, number) => {
        reporter.beginRound(number)
        const round = reportsOf(plan, reporter, 50 * MILLISECOND)
        reports.push(...round.reports)
        expected.sent += scheduledCount(round.fates) - round.fates.refused
        expected.replies += replyCount(round.fates)
        expected.settled += scheduledCount(round.fates)
        expected.lost += lossCount(round.fates)
      })
      expect(reports.at(-1)?.total).toEqual(expected)
      expect(sums(reports)).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})

describe('a report', () => {
  test('of nothing has zeros and no round trips', () => {
    const none = { sent: 0, replies: 0, settled: 0, lost: 0 }
    expect(new IntervalReporter().report(1000)).toEqual({
      elapsedMs: 1000,
      total: none,
      interval: { durationMs: 1000, ...none },
    })
  })

  test('has the totals so far, and the round trips of its interval alone', () => {
    const facts = crafted([...times(3, answered()), answered({ arrived: 30 * MILLISECOND + 5 * SECOND })])
    const [page] = facts.probes.pages
    const arrived = page?.arrived[3] ?? 0
    facts.closedAt = Infinity
    if (page !== undefined) page.arrived[3] = Infinity
    const reporter = new IntervalReporter()
    reporter.advance(facts, 40 * MILLISECOND)
    const first = reporter.report(1000)
    if (page !== undefined) page.arrived[3] = arrived
    reporter.advance(facts, 6 * SECOND)
    const second = reporter.report(2500)
    expect(first.interval.rtt).toEqual({ count: 3, p50Ms: 1, p99Ms: 1 })
    expect(second.interval).toMatchObject({ durationMs: 1500, settled: 1, rtt: { count: 1, p50Ms: 5000, p99Ms: 5000 } })
    expect(second).toMatchObject({ elapsedMs: 2500, total: { settled: 4, replies: 4 } })
  })

  test('has no round trip of a reply with a wrong byte', () => {
    const reporter = new IntervalReporter()
    reporter.advance(crafted([wrong(50)]), 0)
    expect(reporter.report(1).interval).not.toHaveProperty('rtt')
  })
})

describe('a run that begins again', () => {
  test('with another address replaces what was counted', () => {
    const reporter = new IntervalReporter()
    reporter.advance(crafted(times(5, silent())), 0)
    expect(reporter.report(1).total).toMatchObject({ settled: 5, lost: 5 })
    reporter.advance(crafted(times(2, answered())), 0)
    const { total, interval } = reporter.report(2)
    for (const name of COUNTS) expect(interval[name]).toBe(total[name])
    expect(total).toEqual({ sent: 2, replies: 2, settled: 2, lost: 0 })
  })

  test('inside a search leaves the rounds before', () => {
    const reporter = new IntervalReporter()
    reporter.beginRound(0)
    reporter.advance(crafted(times(4, answered())), 0)
    reporter.beginRound(1)
    reporter.advance(crafted(times(5, silent())), 0)
    reporter.advance(crafted(times(3, answered())), 0)
    expect(reporter.report(1).total).toEqual({ sent: 7, replies: 7, settled: 7, lost: 0 })
  })

  test('as a search starts from zero with its first round', () => {
    const reporter = new IntervalReporter()
    for (const count of [4, 2]) {
      reporter.beginRound(0)
      reporter.advance(crafted(times(count, answered())), 0)
    }
    expect(reporter.report(1).total.settled).toBe(2)
  })
})
