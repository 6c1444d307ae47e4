import { greatest } from '../../base/extremes.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { DelayDistribution } from '../../ledger/delay-summary.ts'
import { FATES, lossCount, replyCount, scheduledCount, type Fate } from '../../ledger/fate.ts'
import { unknownOf } from './count-unknown.ts'
import { hasDirections } from '../directions.ts'
import { delayOfAll, finiteOf } from '../figures/delay-of-all.ts'
import type { Measured } from './measured.ts'
import { jitterOf, ipdvOf } from '../figures/delay-figures.ts'
import { pacingFigures } from '../figures/pacing.ts'
import { ONLY_RECEIPTS, whyNoDirection } from './why-no-direction.ts'

/** Metrics that only evidence of the server can prove: receipts, or in another protocol its counts. */
const DIRECTIONS: ReadonlySet<string> = new Set(['loss.forward', 'loss.return', 'lostForward', 'lostReturn'])
/** Metrics that only receipts can prove. */
const OF_SERVER: ReadonlySet<string> = new Set(['lostServerBuffer', 'lostServerPolicy'])

/** The metrics of a run of probes, for expectations. */
export function measureRun(facts: RunFacts, analysis: Analysis): Measured {
  const { tally } = analysis
  const { total } = tally
  const scheduled = scheduledCount(total.fates)
  const pacing = pacingFigures(facts, tally)
  const directed = hasDirections(facts, analysis)
  const counts = new Map<string, number>([
    ...FATES.map((fate: Fate) => [fate, total.fates[fate]] as const),
    ['loss', lossCount(total.fates)],
    ['loss.forward', total.fates.lostForward],
    ['loss.return', total.fates.lostReturn],
    ['loss.unknown', total.fates.lostUnknown],
    ['replies', replyCount(total.fates)],
    ['duplicates', total.duplicates],
    ['reordered', total.reordered],
    ['foreign', total.foreign],
    ['unidentified', total.unidentified],
    ...(pacing === undefined ? [] : [['missed', pacing.missed] as const]),
    ['longestRun', total.longestRun],
  ])
  const trips: Readonly<Record<string, DelayDistribution>> = {
    rtt: total.rtt,
    rttNetwork: tally.rttNetwork,
    rttScheduled: tally.rttScheduled,
  }
  return {
    count(metric) {
      if (DIRECTIONS.has(metric) && !directed) return undefined
      if (OF_SERVER.has(metric) && (!directed || facts.plan.protocol !== undefined)) return undefined
      return metric === 'maxIntactSize' ? largestIntact(analysis) : counts.get(metric)
    },
    unknown: metric => unknownOf(metric, facts, analysis),
    base: metric => (metric === 'reordered' || metric === 'duplicates' ? replyCount(total.fates) : scheduled),
    duration(metric) {
      if (metric === 'jitter') return finiteOf(jitterOf(tally), total.rtt.count, scheduled)
      if (metric === 'ipdv') return finiteOf(ipdvOf(tally), total.rtt.count, scheduled)
      const [trip = '', figure = ''] = metric.split('.')
      const statistic = trips[trip]
      return statistic && delayOfAll(statistic, figure, scheduled)
    },
    rates: () => undefined,
    sampleCount(metric) {
      return trips[metric.split('.')[0] ?? '']?.count ?? total.rtt.count
    },
    reason(metric) {
      if (OF_SERVER.has(metric) && facts.plan.protocol !== undefined) return ONLY_RECEIPTS
      if (DIRECTIONS.has(metric) || OF_SERVER.has(metric)) return whyNoDirection(facts, analysis)
      if (metric === 'mtu') return 'a run of probes does not search the path MTU'
      if (metric === 'rate') return 'only a search for the highest rate (udptool rate) finds one'
      if (metric === 'maxIntactSize') return 'nothing came back whole'
      if (metric === 'missed') return 'a window sets the pace, so no probe has a scheduled time'
      if (metric.startsWith('rttNetwork')) return 'the server does not report how long it held a probe'
      return 'no samples'
    },
  }
}

function largestIntact({ tally }: Analysis): number | undefined {
  const sizes = [...tally.sizes].filter(([, { fates }]) => fates.intact > 0).map(([size]) => size)
  return sizes.length === 0 ? undefined : greatest(sizes)
}
