import type { IntervalReport } from '../../../src/verdict/interval-report.ts'

/** A run after ten seconds, with everything that a report can have. */
export const INTERVAL_REPORT: IntervalReport = {
  elapsedMs: 10_004.25,
  total: { sent: 1000, replies: 979, settled: 990, lost: 11 },
  interval: {
    durationMs: 1001.5,
    sent: 100,
    replies: 98,
    settled: 99,
    lost: 1,
    rtt: { count: 98, p50Ms: 0.412, p99Ms: 1.25 },
  },
}

/** A run of which nothing came back yet. */
export const EMPTY_REPORT: IntervalReport = {
  elapsedMs: 100,
  total: { sent: 1, replies: 0, settled: 0, lost: 0 },
  interval: { durationMs: 100, sent: 1, replies: 0, settled: 0, lost: 0 },
}
