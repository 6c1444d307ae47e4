import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import { parseExpectation } from './expectation.ts'
import type { ResultExpectation } from '../result.ts'

/** The observed value in the unit of the expectation: `1.31 ms`, `3.42%`, `1400 B`, `12`; empty: none. */
export function formatActual({ expr, actual }: ResultExpectation, writeCount: (count: number) => string): string {
  if (actual === undefined) return ''
  if (typeof actual === 'string') return actual
  switch (limitUnit(expr)) {
    case 'nanos':
      return formatDuration(actual * MILLISECOND)
    case 'ratio':
      return formatRatio(actual)
    case 'bytes':
      return formatSize(actual)
    default:
      return Number.isInteger(actual) ? writeCount(actual) : String(actual)
  }
}

/** The observed value of a failed expectation with the reason: `0 (up to 15: 15 lostUnknown may belong to it)`. */
export function formatMissed(expectation: ResultExpectation, writeCount: (count: number) => string): string {
  const { reason } = expectation
  const actual = formatActual(expectation, writeCount)
  if (actual === '') return reason ?? 'no samples'
  return reason === undefined ? actual : `${actual} (${reason})`
}

/** A saved Result may contain expectations that this version does not know. */
function limitUnit(expr: string): string | undefined {
  try {
    return parseExpectation(expr).limit.unit
  } catch {
    return undefined
  }
}
