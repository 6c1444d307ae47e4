import { sampleCaveat } from './metrics.ts'

/** Delay figures that count every probe, one without a reply as infinite (RFC 7679 section 5.1, RFC 2330 section 11.3). */
const ORDER_STATISTIC = /\.(?:p\d+|max)$/u

/** Why a figure is infinite: `p99 falls among the 99 of 100 probes without a delay`. */
export function infiniteReason(metric: string, samples: number, probes: number): string {
  const without = `${probes - samples} of ${probes} probes without a delay (RFC 7679: infinite)`
  const figure = metric.slice(metric.lastIndexOf('.') + 1)
  if (ORDER_STATISTIC.test(metric)) return `${figure} falls among the ${without}`
  return `the ${figure} of a minority does not describe the ${without}`
}

/** Limits of a figure: few samples, or probes that it leaves out or counts as infinite. */
export function delayCaveat(metric: string, samples: number, probes: number): string | undefined {
  const caveats = [sampleCaveat(metric, samples), lossCaveat(metric, samples, probes)].filter(one => one !== undefined)
  return caveats.length === 0 ? undefined : caveats.join('; ')
}

/** Missing replies do not change the minimum. */
function lossCaveat(metric: string, samples: number, probes: number): string | undefined {
  if (samples >= probes || metric.endsWith('.min')) return undefined
  const without = `${probes - samples} of ${probes} probes without a delay`
  return ORDER_STATISTIC.test(metric) ? `${without} count as infinite` : `${without} are left out`
}
