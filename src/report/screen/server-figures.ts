import { formatCount } from '../../base/counted.ts'
import { threeDigits } from '../../base/digits.ts'
import { formatDuration } from '../../base/duration.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { displayWidth, padded } from '../text/width.ts'
import { NOTHING } from './figure-text.ts'
import { right, type Piece } from './line.ts'
import type { Style } from './style.ts'

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** A count in at most `width` columns, if necessary in three digits: `12.3 M`. */
export function countText(count: number, width: number): string {
  const whole = formatCount(count)
  if (whole.length <= width) return whole
  let prefix = 0
  let value = count
  while (Math.abs(value) >= 999.5 && prefix < PREFIXES.length - 1) {
    value /= 1000
    prefix += 1
  }
  return `${threeDigits(value)} ${PREFIXES[prefix]}`.trimEnd()
}

/** A rate per second, below ten with a decimal. */
export function rateText(perSecond: number, width: number): string {
  return Math.abs(perSecond) < 9.95 && perSecond !== 0 ? perSecond.toFixed(1) : countText(perSecond, width)
}

/** Time since a datagram, known to half a second. */
export function silenceText(silent: Nanos): string {
  return silent < SECOND ? 'now' : formatDuration(Math.floor(silent / SECOND) * SECOND)
}

/** A text at the right of `width` columns. Undefined: not known. */
export function rightText(text: string | undefined, width: number, style: Style = 'plain'): Piece {
  return right(text === undefined ? { text: NOTHING, style: 'dim' } : { text, style }, width)
}

/** A text at the left of `width` columns. Of one that is too long, the end remains: it has the port. */
export function left(text: string, width: number, style: Style = 'plain'): Piece {
  let kept = text
  while (displayWidth(kept) > width - 1 && kept.length > 1) kept = kept.slice(1)
  return { text: padded(kept === text ? text : `…${kept}`, width), style }
}
