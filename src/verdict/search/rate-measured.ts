import type { Rate } from '../../base/rate.ts'
import type { Expectation } from '../expect/expectation.ts'
import type { FoundRate } from '../expect/measured.ts'
import { METRICS } from '../expect/metrics.ts'
import type { ResultExpectation, ResultRate } from '../result.ts'

const OF_TRIALS = 'delays depend on the rate: they are in rate.trials'
const OVERLOADED = 'counted over all trials, of which some overload the path on purpose'

/** The rate of every size. Undefined: for one of them none held. */
export function foundRates({ sizes, state }: ResultRate, unit: Rate['unit']): readonly FoundRate[] | undefined {
  const found = sizes.flatMap(({ size, pps, bitsPerSecond, limit }): FoundRate[] => {
    const perSecond = unit === 'bits' ? bitsPerSecond : pps
    const isLowerBound = state === 'interrupted' || limit.kind === 'none'
    return perSecond === undefined ? [] : [{ size, perSecond, isLowerBound }]
  })
  return found.length === sizes.length ? found : undefined
}

/** Why a search has no such metric. Undefined: its trials say why, or have it. */
export function absenceReason(metric: string, rate: ResultRate): string | undefined {
  if (metric === 'rate') return noRate(rate)
  return METRICS.get(metric) === 'duration' ? OF_TRIALS : undefined
}

function noRate({ sizes, state, maxLoss }: ResultRate): string {
  const size = sizes.find(({ pps }) => pps === undefined)?.size
  const at = size === undefined || sizes.length === 1 ? '' : ` at ${size} bytes`
  const end = state === 'interrupted' ? ': the search was interrupted' : ''
  return `no rate held${at} with a loss of at most ${Number((maxLoss * 100).toPrecision(6))}%${end}`
}

/** A failed count with the reason why it may be large. */
export function withTrials(evaluated: ResultExpectation, expectation: Expectation | undefined): ResultExpectation {
  const { passed, reason } = evaluated
  if (passed || reason !== undefined || expectation === undefined || expectation.metric === 'rate') return evaluated
  return { ...evaluated, reason: OVERLOADED }
}
