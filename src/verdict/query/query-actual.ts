import { quoted } from '../../base/quoted.ts'
import { formatValue, missedWords } from '../expect/actual.ts'
import { QUERY_METRICS, type QueryMetricType } from './metrics.ts'
import { metricOf } from './query-expectation.ts'
import type { CheckedExpectation } from './query-document.ts'

const UNITS: Readonly<Partial<Record<QueryMetricType, 'nanos' | 'bytes'>>> = { duration: 'nanos', size: 'bytes' }
/** Texts from outside, which are quoted. */
const QUOTED: ReadonlySet<QueryMetricType> = new Set(['text', 'hex', 'list'])

/** The observed value of an expectation for people: `1.31 ms`, `48 B`, `"PONG"`, `NXDOMAIN`, `true`; empty: none. */
export function formatQueryActual(
  { expr, actual }: Pick<CheckedExpectation, 'expr' | 'actual'>,
  writeCount: (count: number) => string,
): string {
  const type = QUERY_METRICS.get(metricOf(expr))?.type
  if (typeof actual === 'string') return type !== undefined && QUOTED.has(type) ? quoted(actual) : actual
  return formatValue(actual, type && UNITS[type], writeCount)
}

/** The observed value of a failed expectation with the reason. */
export function formatQueryMissed(expectation: CheckedExpectation, writeCount: (count: number) => string): string {
  const { actual, reason } = expectation
  // `silent` is false: that says only what the reason says with its cause.
  if (actual === 'false' && reason !== undefined) return reason
  return missedWords(formatQueryActual(expectation, writeCount), reason)
}
