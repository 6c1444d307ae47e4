import { SECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'

/** The interval that a probe may be late by, ns; 0 where only a window paces. */
export function targetInterval({ plan }: RunFacts): Nanos {
  if (plan.bitRate === undefined) return plan.interval
  const bytes = plan.sizes.reduce((sum, size) => sum + size, 0) / plan.sizes.length
  return ((bytes * 8 * plan.burst) / plan.bitRate) * SECOND
}

/** When the probe was due: a journal may hold one that left earlier than that, and no probe is late by less than nothing. */
export function dueTime(page: ProbePage, place: number, sent: Nanos): Nanos {
  return Math.min(sent, page.scheduled?.[place] ?? sent)
}
