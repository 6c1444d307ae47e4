import { formatRatio } from '../base/ratio.ts'
import { LOSSES } from '../ledger/fate.ts'
import type { Result, ResultSweep } from './result.ts'

/** Metrics whose expectation decides how many of a group of probes are acceptable. */
const JUDGES = {
  lost: /^(?:loss|lost|intact|replies|longestRun|unreachable)/u,
  damaged: /^(?:truncated|corrupt|intact)/u,
  late: /^(?:late|intact|rtt)/u,
  'not sent': /^(?:refused|loss|intact|replies)/u,
} as const

/**
 * Why a run that passes deserves no tick: `75% lost (no --expect)`. One whole reply is enough for a pass without expectations, so
 * what did not come back whole is named where no expectation is about it. Undefined where all is well, or judged.
 */
export function attentionOf(result: Result): string | undefined {
  if (result.verdict === 'fail') return undefined
  return result.sweep === undefined && result.mtu === undefined ? unjudged(result) : searchAttention(result)
}

function unjudged({ ledger: { scheduled, fates }, expectations, baseline }: Result): string | undefined {
  const { refused = 0, truncated = 0, corrupt = 0, late = 0 } = fates
  const lost = LOSSES.reduce((sum, fate) => sum + (fates[fate] ?? 0), 0) - refused
  const groups = { lost, damaged: truncated + corrupt, late, 'not sent': refused }
  const isJudged = (metric: RegExp): boolean => expectations.some(({ expr }) => metric.test(expr))
  const open = (['lost', 'damaged', 'late', 'not sent'] as const).filter(group => {
    // A comparison with a saved run judges loss and damage.
    const isCompared = baseline !== undefined && group !== 'late'
    return groups[group] > 0 && !isCompared && !isJudged(JUDGES[group])
  })
  if (open.length === 0) return undefined
  const told = open.map(group => `${formatRatio(groups[group] / scheduled)} ${group}`).join(', ')
  return `${told} (${expectations.length === 0 ? 'no --expect' : 'no --expect about it'})`
}

/** A search loses probes on purpose: what matters is whether sizes vanish that should pass. */
function searchAttention({ sweep, mtu, expectations }: Result): string | undefined {
  if (expectations.length > 0) return undefined
  if (sweep !== undefined) return sizesLost(sweep)
  if (mtu?.state === 'interrupted') return 'not finished'
  if (mtu?.path === undefined) return 'where it ends is not known'
  return mtu.blackHole === true ? 'larger packets vanish in silence' : undefined
}

function sizesLost({ cliffs, unsure = [] }: ResultSweep): string | undefined {
  // More than UDP carries, or than our own interface takes, is no fault of the path.
  const lost = cliffs.filter(({ fate }) => fate !== 'refused').length + unsure.length
  return lost === 0 ? undefined : 'some sizes did not come back whole'
}
