import { toMs } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { targetInterval } from '../../ledger/target-interval.ts'
import type { Result } from '../result.ts'

/** The sender was the limit if more probes were late than this, or if its rate was lower (docs/result.md, pacing). */
const MOST_MISSED = 0.01
const LEAST_RATE = 0.99

/** How well the sender kept its schedule; undefined if only a window paces. */
export function pacingFigures(facts: RunFacts, tally: Tally): Result['pacing'] | undefined {
  const interval = targetInterval(facts)
  const late = tally.lateness.result()
  if (interval <= 0 || late === undefined || facts.plan.window !== undefined) return undefined
  const planned = tally.lastScheduled - tally.firstScheduled
  const took = tally.lastSent - tally.firstSent
  // In a short run a fraction of an interval is many percent, so the rate counts as low only if a whole interval is lost.
  const slow = took > 0 && planned / took < LEAST_RATE && took - planned > interval
  return {
    targetIntervalMs: toMs(interval),
    lateP50Ms: toMs(late.p50),
    lateP99Ms: toMs(late.p99),
    lateMaxMs: toMs(late.max),
    lateMeanMs: toMs(late.mean),
    missed: tally.missed,
    senderLimited: tally.missed > MOST_MISSED * late.count || slow,
  }
}
