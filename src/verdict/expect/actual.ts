import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatRate } from '../../base/rate.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import { type Limit, parseExpectation } from './expectation.ts'
import type { ResultExpectation } from '../result.ts'

/** The observed value in the unit of the expectation: `1.31 ms`, `3.42%`, `1400 B`, `12`; empty: none. */
export function formatActual({ expr, actual }: ResultExpectation, writeCount: (count: number) => string): string {
  return formatValue(actual, limitUnit(expr), writeCount)
}

/** A value in a unit; empty: none. */
export function formatValue(
  actual: ResultExpectation['actual'],
  unit: Limit['unit'] | undefined,
  writeCount: (count: number) => string,
): string {
  if (actual === undefined) return ''
  if (typeof actual === 'string') return actual
  switch (unit) {
    case 'nanos':
      return formatDuration(actual * MILLISECOND)
    case 'ratio':
      return formatRatio(actual)
    case 'bytes':
      return formatSize(actual)
    case 'bits':
    case 'packets':
      return formatRate({ unit, perSecond: actual })
    default:
      return Number.isInteger(actual) ? writeCount(actual) : String(actual)
  }
}

/** The observed value of a failed expectation with the reason: `0 (up to 15: 15 lostUnknown may belong to it)`. */
export function formatMissed(expectation: ResultExpectation, writeCount: (count: number) => string): string {
  return missedWords(formatActual(expectation, writeCount), expectation.reason)
}

/** An observed value, or why there is none, with the reason of its failure. */
export function missedWords(actual: string, reason: string | undefined): string {
  if (actual === '') return reason ?? 'no samples'
  return reason === undefined ? actual : `${actual} (${reason})`
}

/** A saved Result may contain expectations that this version does not know. */
function limitUnit(expr: string): Limit['unit'] | undefined {
  try {
    return parseExpectation(expr).limit.unit
  } catch {
    return undefined
  }
}
