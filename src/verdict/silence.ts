import type { Expectation } from './expectation.ts'

/** What is counted among replies and other arrivals: where none came there is nothing to count. */
const OF_REPLIES: ReadonlySet<string> = new Set(['late', 'truncated', 'corrupt', 'duplicates', 'reordered'])

/** What says something about probes without a reply. */
const OF_MISSING = /^(?:intact|replies|loss(?:\..+)?|lost[A-Z].*|longestRun|refused|unreachable)$/u

/** Whether a metric is a count of replies, so that its zero proves nothing where none came. */
export function isOfReplies(metric: string): boolean {
  return OF_REPLIES.has(metric)
}

/** Whether a run without any reply can be what was asked for (`replies==0` tests a firewall). */
export function asksForSilence(expectations: readonly Expectation[]): boolean {
  return expectations.some(({ metric }) => OF_MISSING.test(metric))
}
