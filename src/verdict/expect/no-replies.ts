import { holds } from './comparison.ts'
import type { Expectation } from './expectation.ts'

/** Counts that equal the number of probes in a perfect run; all others are 0 there. */
const ALL_OF_PERFECT: ReadonlySet<string> = new Set(['intact', 'replies'])

/** Whether a perfect run of this many probes would meet the expectation too. Then a run without a reply proves nothing about it. */
export function holdsOfPerfectRun(expectation: Expectation, scheduled: number): boolean {
  return holds(expectation, ALL_OF_PERFECT.has(expectation.metric) ? scheduled : 0, scheduled)
}

/** Whether any reply would break the expectation: `replies==0`, `loss==100%`. It tests that nothing answers, as behind a firewall. */
export function expectsNoReply(expectation: Expectation, scheduled: number): boolean {
  const withOneReply = new Map([
    ['replies', 1],
    ['loss', scheduled - 1],
  ]).get(expectation.metric)
  if (withOneReply === undefined || holdsOfPerfectRun(expectation, scheduled)) return false
  return !holds(expectation, withOneReply, scheduled)
}
