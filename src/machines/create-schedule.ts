import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { GridSchedule } from './grid-schedule.ts'
import type { Schedule } from './schedule.ts'
import { WindowSchedule } from './window-schedule.ts'

/**
 * The schedule of a run that begins now.
 * @param longest how long probes are sent at the most, whatever the plan says
 * @param ready returns when a client's next probe has a port to send from
 */
export function createSchedule(
  plan: ProbePlan,
  now: Nanos,
  longest: Nanos,
  ready: (client: number, now: Nanos) => Nanos,
): Schedule {
  const { window, duration = Infinity } = plan
  const bounded = longest < duration ? { ...plan, duration: longest } : plan
  return window === undefined ? new GridSchedule(bounded, now) : new WindowSchedule(bounded, window, now, ready)
}
