import { formatRatio } from '../../base/ratio.ts'
import { LOSSES, type Fate } from '../../ledger/fate.ts'
import type { Result, ResultSweep } from '../result.ts'
import { isSearch } from '../search/search.ts'
import { withheldCount } from '../withheld-count.ts'

/** Metrics whose expectation covers a group of probes. */
const JUDGES = {
  lost: /^(?:loss|intact|replies|longestRun)$/u,
  'withheld by the server': /^(?:loss|intact|replies|longestRun)$/u,
  damaged: /^(?:truncated|corrupt|intact)$/u,
  late: /^(?:late|intact|rtt.*)$/u,
  'not sent': /^(?:refused|loss|intact|replies)$/u,
} as const

/** Other names of a fate in expectations. */
const ALSO_NAMED: Readonly<Partial<Record<Fate, string>>> = {
  lostForward: 'loss.forward',
  lostReturn: 'loss.return',
  lostUnknown: 'loss.unknown',
}

/** Metrics whose expectation covers the result of a search. */
const JUDGES_SEARCH = /^(?:mtu|maxIntactSize|rate|loss|intact|replies)$/u

/**
 * Why a passing run gets no tick: `75% lost (no --expect)`. Without expectations one intact reply is enough to pass, so everything else that
 * no expectation covers is reported. Undefined: nothing to report.
 */
export function attentionOf(result: Result): string | undefined {
  if (result.verdict === 'fail') return undefined
  return isSearch(result) ? searchAttention(result) : unjudgedPart(result)
}

function unjudgedPart(result: Result): string | undefined {
  const { ledger, expectations, baseline, sweep } = result
  const { scheduled, fates } = ledger
  const { refused = 0, truncated = 0, corrupt = 0, late = 0 } = fates
  const metrics = metricsOf(expectations)
  // An expectation on one kind of loss does not accept the others.
  const open = LOSSES.filter(
    fate => fate !== 'refused' && !metrics.some(metric => metric === fate || metric === ALSO_NAMED[fate]),
  )
  const withheld = open.includes('lostServerPolicy') ? withheldCount(result) : 0
  const lost = open.reduce((sum, fate) => sum + (fates[fate] ?? 0), 0) - withheld
  const groups = {
    lost,
    'withheld by the server': withheld,
    damaged: truncated + corrupt,
    late,
    'not sent': sweep === undefined ? refused : 0,
  }
  const isJudged = (metric: RegExp): boolean => metrics.some(one => metric.test(one))
  const unjudged = (['lost', 'withheld by the server', 'damaged', 'late', 'not sent'] as const).filter(group => {
    // A comparison with a saved run judges loss and damage.
    const isCompared = baseline !== undefined && group !== 'late'
    return groups[group] > 0 && !isCompared && !isJudged(JUDGES[group])
  })
  if (unjudged.length === 0) return undefined
  const shares = unjudged.map(group => `${formatRatio(groups[group] / scheduled)} ${group}`).join(', ')
  return `${shares} (${expectations.length === 0 ? 'no --expect' : 'no --expect covers it'})`
}

/** The metric of each expectation. A saved Result may have metrics that this version does not know. */
function metricsOf(expectations: Result['expectations']): readonly string[] {
  return expectations.map(({ expr }) => /^\s*([\w.]*)/u.exec(expr)?.[1] ?? '')
}

/** A search loses probes on purpose; only sizes that should pass and vanish count, or that no rate held. */
function searchAttention(result: Result): string | undefined {
  const { sweep, mtu, rate, expectations } = result
  if (mtu?.state === 'interrupted' || rate?.state === 'interrupted') return 'not finished'
  if (metricsOf(expectations).some(metric => JUDGES_SEARCH.test(metric))) return undefined
  if (rate !== undefined) return rate.pps === undefined ? 'no rate held' : undefined
  if (sweep !== undefined) return sizesLost(sweep) ?? unjudgedPart(result)
  if (mtu?.path === undefined) return 'the path MTU is unknown'
  return mtu.blackHole === true ? 'larger packets vanish without an error' : undefined
}

function sizesLost({ cliffs, unsure = [] }: ResultSweep): string | undefined {
  // Sizes above the limit of UDP or of our own interface are no fault of the path.
  const lost = cliffs.filter(({ fate }) => fate !== 'refused').length + unsure.length
  return lost === 0 ? undefined : 'some sizes did not come back whole'
}
