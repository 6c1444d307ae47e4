import { toMs, type Nanos } from '../../base/nanos.ts'
import type { DelayDistribution } from '../../ledger/delay-summary.ts'
import type { Tally } from '../../ledger/tally.ts'
import type { ResultDelay } from '../result.ts'

/** A delay statistic in a Result. Undefined without samples. */
export function delayFigures(statistic: DelayDistribution): ResultDelay | undefined {
  const summary = statistic.result()
  if (summary === undefined) return undefined
  return {
    count: summary.count,
    minMs: toMs(summary.min),
    meanMs: toMs(summary.mean),
    p50Ms: toMs(summary.p50),
    p90Ms: toMs(summary.p90),
    p95Ms: toMs(summary.p95),
    p99Ms: toMs(summary.p99),
    p999Ms: toMs(summary.p999),
    maxMs: toMs(summary.max),
    ...(summary.stddev === undefined ? {} : { stddevMs: toMs(summary.stddev) }),
  }
}

/** RFC 3550 jitter: the mean over clients, because each client is a separate flow. */
export function jitterOf(tally: Tally): Nanos | undefined {
  if (tally.sharesArrivals) return undefined
  return meanOf(tally.orders.map(order => order.jitter))
}

/** Mean |IPDV| (RFC 3393), over clients. */
export function ipdvOf(tally: Tally): Nanos | undefined {
  if (tally.sharesArrivals) return undefined
  return meanOf(tally.orders.map(order => order.ipdv))
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length
}
