import { sampleCaveat } from './metrics.ts'

/** Figures of a delay that every probe counts in: one without a reply is infinite (RFC 7679 section 5.1, RFC 2330 section 11.3). */
const ORDER_STATISTIC = /\.(?:p\d+|max)$/u

/** Why a figure is infinite: `p99 falls among the 99 of 100 probes without a delay`. */
export function infiniteReason(metric: string, samples: number, probes: number): string {
  const without = `${probes - samples} of ${probes} probes without a delay (RFC 7679: infinite)`
  const figure = metric.slice(metric.lastIndexOf('.') + 1)
  if (ORDER_STATISTIC.test(metric)) return `${figure} falls among the ${without}`
  return `${figure} of a minority says nothing of the ${without}`
}

/** What is weak about a figure: few samples, or probes that it leaves out or counts as infinite. */
export function delayCaveat(metric: string, samples: number, probes: number): string | undefined {
  const caveats = [sampleCaveat(metric, samples), lossCaveat(metric, samples, probes)].filter(one => one !== undefined)
  return caveats.length === 0 ? undefined : caveats.join('; ')
}

/** The smallest delay is the same with and without those that never came. */
function lossCaveat(metric: string, samples: number, probes: number): string | undefined {
  if (samples >= probes || metric.endsWith('.min')) return undefined
  const without = `${probes - samples} of ${probes} probes without a delay`
  return ORDER_STATISTIC.test(metric) ? `${without} count as infinite` : `${without} are left out`
}
