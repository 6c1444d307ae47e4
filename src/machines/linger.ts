import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'

/** The shortest linger that is chosen by itself: a copy made on the way comes within this on any path that is not broken. */
const MIN_LINGER: Nanos = 100 * MILLISECOND
/** Linger in units of the largest round trip seen. */
const LINGER_ROUND_TRIPS = 4

/** Timeouts of a run. */
type Waits = Pick<ProbePlan, 'timeout' | 'linger'>

/** How long copies and late replies are waited for, from the largest round trip seen. */
function automaticLinger({ timeout }: Waits, largestRtt: Nanos): Nanos {
  return Math.min(timeout, Math.max(MIN_LINGER, LINGER_ROUND_TRIPS * largestRtt))
}

/** How long the ledger stays open after the last timeout. */
export function lingerOf(plan: Waits, largestRtt: Nanos): Nanos {
  return plan.linger ?? automaticLinger(plan, largestRtt)
}

/** How long a port is not reused because copies of its replies may come; also with `--linger 0`, where a copy could pass for another reply. */
export function quietTime(plan: Waits, largestRtt: Nanos): Nanos {
  return Math.max(plan.linger ?? 0, automaticLinger(plan, largestRtt))
}
