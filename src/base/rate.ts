import { threeDigits } from './digits.ts'
import { nearestProduct, splitQuantity } from './quantity.ts'
import { quoted } from './quoted.ts'
import { invalidValue } from './invalid-value.ts'

/** The sending rate: bits of UDP payload a second, or datagrams a second. */
export interface Rate {
  readonly unit: 'bits' | 'packets'
  readonly perSecond: number
}

const FACTORS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['m', 1e6],
  ['g', 1e9],
])

const EXAMPLES = ['10Mbit', '100pps'] as const
/** From one in 100 days, the longest duration, to a thousand times the rate of the fastest links. */
const LEAST = 1e-7
const MOST = 1e15
const UNIT = /^([kmg]?)(bit|bit\/s|bps|pps)$/iu
const BYTES = /^([kmg]?i?)(?:B|Bps|B\/s)$/iu

/**
 * A rate: `10Mbit` or `10Mbps` (10 000 000 bits of payload a second), `500kbit`, `100pps` (datagrams a second), `10kpps`.
 * Steps of 1000. Zero, a negative or a bare number is an error, and so is a rate in bytes.
 */
export function parseRate(text: string | number, name: string): Rate {
  const written = String(text).trim()
  if (written.startsWith('-')) throw invalidValue(name, text, 'a rate is not negative', EXAMPLES)
  const quantity = splitQuantity(written)
  if (quantity === undefined) throw invalidValue(name, text, 'it is not a number with a unit of rate', EXAMPLES)
  const { digits, unit } = quantity
  if (/^[kmg]?$/iu.test(unit)) {
    throw invalidValue(name, text, 'the unit is missing', [`${digits}${unit || 'M'}bit`, `${digits}${unit}pps`])
  }
  const [, prefix, base] = UNIT.exec(unit) ?? []
  const factor = FACTORS.get((prefix ?? '').toLowerCase())
  // MBps means bytes and Mbps bits, so the case of this one letter matters.
  const bytes = base === undefined ? BYTES.test(unit) : base.startsWith('B') && base.toLowerCase() === 'bps'
  if (bytes) throw invalidValue(name, text, 'a rate counts bits, not bytes', EXAMPLES)
  if (base === undefined || factor === undefined)
    throw invalidValue(name, text, `${quoted(unit)} is not a unit of rate`, EXAMPLES)
  const perSecond = nearestProduct(digits, factor)
  if (perSecond < LEAST) throw invalidValue(name, text, 'at that rate nothing is ever sent', EXAMPLES)
  if (perSecond > MOST) throw invalidValue(name, text, 'no network is that fast', EXAMPLES)
  return { unit: base.toLowerCase() === 'pps' ? 'packets' : 'bits', perSecond }
}

/** A rate for people, in three significant digits: `10 Mbit/s`, `9.87 Gbit/s`, `100 pps`. */
export function formatRate(rate: Rate): string {
  const unit = rate.unit === 'bits' ? 'bit/s' : 'pps'
  for (const [prefix, factor] of [
    ['', 1],
    ['k', 1e3],
    ['M', 1e6],
  ] as const) {
    const digits = threeDigits(rate.perSecond / factor)
    if (Number(digits) < 1000) return `${digits} ${prefix}${unit}`
  }
  return `${threeDigits(rate.perSecond / 1e9)} G${unit}`
}
