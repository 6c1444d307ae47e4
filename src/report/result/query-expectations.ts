import { formatCount } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import { QUERY_METRICS } from '../../verdict/query/metrics.ts'
import type { CheckedExpectation } from '../../verdict/query/query-document.ts'
import { formatMs } from '../text/milliseconds.ts'

/** The observed value in the unit of its metric: `1.31 ms`, `52 B`, `2`, a text; empty: none. */
export function formatQueryActual({ expr, actual }: CheckedExpectation): string {
  if (actual === undefined) return ''
  if (typeof actual === 'string') return actual
  switch (QUERY_METRICS.get(/^[\w.]+/u.exec(expr)?.[0] ?? '')?.type) {
    case 'duration':
      return formatMs(actual)
    case 'size':
      return formatSize(actual)
    default:
      return formatCount(actual)
  }
}

/** The observed value of a failed expectation with its reason. */
export function formatQueryMissed(expectation: CheckedExpectation): string {
  const { reason } = expectation
  const actual = formatQueryActual(expectation)
  if (actual === '') return reason ?? 'not observed'
  return reason === undefined ? actual : `${actual} (${reason})`
}
