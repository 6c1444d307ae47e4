import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RunFacts } from '../facts/run.ts'

/** Minimum automatic linger: a copy made on the path arrives within this time on any working path. */
const MIN_LINGER: Nanos = 100 * MILLISECOND
/** Linger in units of the largest round trip so far. */
const LINGER_ROUND_TRIPS = 4

type Waits = Pick<ProbePlan, 'timeout' | 'linger'>

/** How long to wait for copies and late replies, from the largest round trip so far. */
function automaticLinger({ timeout }: Waits, largestRtt: Nanos): Nanos {
  return Math.min(timeout, Math.max(MIN_LINGER, LINGER_ROUND_TRIPS * largestRtt))
}

/** How long the ledger stays open after the last timeout. */
export function lingerOf(plan: Waits, largestRtt: Nanos): Nanos {
  return plan.linger ?? automaticLinger(plan, largestRtt)
}

/** Until when the ledger of a run is kept open at the most, once each probe has had its timeout. */
export function latestClose({ plan, startedAt }: Pick<RunFacts, 'plan' | 'startedAt'>): Nanos {
  return startedAt + (plan.closeBy ?? Infinity)
}

/**
 * How long a port is not reused because copies of its replies may arrive; also with `--linger 0`, since a copy could pass for another reply.
 */
export function quietTime(plan: Waits, largestRtt: Nanos): Nanos {
  return Math.max(plan.linger ?? 0, automaticLinger(plan, largestRtt))
}
