import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../../src/facts/plan.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { createStampFacts, type CopiedRequest, type ExtraProbe } from '../../../../src/facts/stamp.ts'
import { crafted, echoed, silent } from '../crafted.ts'
import { stampPlan } from '../../machines/plans.ts'

/**
 * A session of STAMP probes, one every 10 ms, answered after 1 ms: the number of the reflector on each reply, or undefined: no reply.
 * @param extras sent 1 ms after the probe of their sequence; closing ones after the last probe
 */
export function craftedSession(
  numbers: readonly (number | undefined)[],
  extras: readonly (readonly [sequence: number, number?: number])[] = [],
  copies: readonly (readonly [sequence: number, number: number])[] = [],
  plan: Partial<ProbePlan> = {},
): RunFacts {
  const rows = numbers.map(counter => (counter === undefined ? silent() : echoed({ counter })))
  const facts = crafted(rows, { plan: { protocol: stampPlan(), ...plan } })
  facts.stamp = createStampFacts(1)
  const session = facts.stamp.sessions[0]
  for (const [sequence, counter] of extras) {
    const sent = (sequence * 10 + 1) * MILLISECOND
    const extra: ExtraProbe = { sequence, sent }
    session?.extras.push(counter === undefined ? extra : { ...extra, counter, arrived: sent + MILLISECOND })
  }
  for (const [sequence, counter] of copies) {
    const copy: CopiedRequest = { sequence, counter, arrived: (sequence * 10 + 3) * MILLISECOND }
    session?.copies.push(copy)
  }
  return facts
}
