import { SECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'

/** The target interval between probes in ns, by which a probe may be late; 0 if only a window paces. */
export function targetInterval({ plan }: RunFacts): Nanos {
  if (plan.bitRate === undefined) return plan.interval
  const bytes = plan.sizes.reduce((sum, size) => sum + size, 0) / plan.sizes.length
  return ((bytes * 8 * plan.burst) / plan.bitRate) * SECOND
}

/** When the probe was due. A journal may contain one that was sent earlier than that; its lateness is 0, not negative. */
export function dueTime(page: ProbePage, place: number, sent: Nanos): Nanos {
  return Math.min(sent, page.scheduled?.[place] ?? sent)
}
