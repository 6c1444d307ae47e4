import { SECOND, type Nanos } from '../base/nanos.ts'
import type { RunFacts } from '../facts/run.ts'

/** The interval that a probe may be late by, ns; 0 where only a window paces. */
export function targetInterval({ plan }: RunFacts): Nanos {
  if (plan.bitRate === undefined) return plan.interval
  const bytes = plan.sizes.reduce((sum, size) => sum + size, 0) / plan.sizes.length
  return ((bytes * 8 * plan.burst) / plan.bitRate) * SECOND
}
