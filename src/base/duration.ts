import { threeDigits } from './digits.ts'
import { usage } from './error.ts'
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from './nanos.ts'
import { wholeProduct } from './quantity.ts'
import { quoted } from './quoted.ts'
import { invalidValue } from './invalid-value.ts'

const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const FACTORS: ReadonlyMap<string, Nanos> = new Map([
  ['ns', 1],
  ['us', MICROSECOND],
  ['µs', MICROSECOND], // U+00B5, the micro sign
  ['μs', MICROSECOND], // U+03BC, the Greek letter
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
])

const EXAMPLES = ['20ms', '1.5s'] as const
const BARE = /^(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})$/u
const WHOLE = /^(?:(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})\s?[^\d\s.]+\s?){1,5}$/u
const PART = /([\d.]+)\s?([^\d\s.]+)/gu

export interface DurationOptions {
  /** Whether the unit `ns` is accepted. No timer has that resolution, but a measured time may be compared with it. */
  readonly allowNanos?: boolean
}

/**
 * A time span: `200us`, `µs`, `20ms`, `1.5s`, `1m30s`, `2h`; parts go from the larger unit to the smaller. A bare number is
 * an error, except 0. Shorter than 104 days, and no finer than a nanosecond.
 */
export function parseDuration(text: string | number, name: string, options: DurationOptions = {}): Nanos {
  const written = String(text).trim()
  if (/^[+-]?0+(?:\.0*)?$/u.test(written)) return 0
  if (written.startsWith('-')) throw invalidValue(name, text, 'a duration is not negative', EXAMPLES)
  if (BARE.test(written)) {
    throw usage(`${name} cannot be ${quoted(text)}: the unit is missing`, `did you mean ${written}ms or ${written}s?`)
  }
  if (!WHOLE.test(written)) throw invalidValue(name, text, 'it is not a number with a unit of time', EXAMPLES)
  let total = 0
  let previous = Infinity
  for (const [, digits = '', unit = ''] of written.matchAll(PART)) {
    const factor = FACTORS.get(unit)
    if (factor === undefined)
      throw invalidValue(name, text, `${quoted(unit)} is not a unit of time (us, ms, s, m, h)`, EXAMPLES)
    if (unit === 'ns' && options.allowNanos !== true) {
      throw invalidValue(name, text, 'no timer is as fine as nanoseconds', ['200us', EXAMPLES[0]])
    }
    if (factor >= previous)
      throw invalidValue(name, text, 'its units do not go from large to small', ['1m30s', EXAMPLES[1]])
    const nanos = wholeProduct(digits, factor)
    if (nanos === undefined) throw invalidValue(name, text, 'it is finer than a nanosecond', EXAMPLES)
    total += nanos
    previous = factor
  }
  if (!Number.isSafeInteger(total)) throw invalidValue(name, text, 'it is longer than 104 days', ['24h', EXAMPLES[1]])
  return total
}

/** A time span for people, in three significant digits: `412 µs`, `38.1 ms`, `1.25 s`; from a minute on `1m30s`, `2h5m`. */
export function formatDuration(nanos: Nanos): string {
  if (nanos < 0) return `-${formatDuration(-nanos)}`
  if (!Number.isFinite(nanos)) return nanos === Infinity ? 'forever' : 'unknown'
  if (nanos === 0) return '0 s'
  if (nanos >= 59.95 * SECOND) return clock(nanos)
  for (const [unit, factor] of [
    ['ns', 1],
    ['µs', MICROSECOND],
    ['ms', MILLISECOND],
  ] as const) {
    const digits = threeDigits(nanos / factor)
    if (Number(digits) < 1000) return `${digits} ${unit}`
  }
  return `${threeDigits(nanos / SECOND)} s`
}

/** Minutes and seconds below an hour, hours and minutes above. */
function clock(nanos: Nanos): string {
  const seconds = Math.round(nanos / SECOND)
  if (seconds < 3600) return compound(Math.floor(seconds / 60), 'm', seconds % 60, 's')
  const minutes = Math.round(nanos / MINUTE)
  return compound(Math.floor(minutes / 60), 'h', minutes % 60, 'm')
}

function compound(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`
}
