import { threeDigits } from './digits.ts'
import { usage } from './error.ts'
import { quoted } from './quoted.ts'
import { splitQuantity } from './quantity.ts'
import { invalidValue } from './invalid-value.ts'

const EXAMPLES = ['5%', '0.05'] as const

/** A ratio from 0 to 1: `5%` or `0.05`. A bare number above 1 is an error, since it was probably meant as a percentage. */
export function parseRatio(text: string | number, name: string): number {
  const written = String(text).trim()
  if (written.startsWith('-')) throw invalidValue(name, text, 'a ratio is not negative', EXAMPLES)
  const quantity = splitQuantity(written)
  if (quantity === undefined) throw invalidValue(name, text, 'it is not a ratio', EXAMPLES)
  const { digits, unit } = quantity
  if (unit !== '' && unit !== '%') throw invalidValue(name, text, `${quoted(unit)} is not a unit of a ratio`, EXAMPLES)
  // The decimal text is converted once, so that 1 of 100 equals 1% to the last bit.
  const ratio = unit === '%' ? Number(`${digits}e-2`) : Number(digits)
  if (ratio <= 1) return ratio
  if (unit === '%') throw invalidValue(name, text, 'a ratio is at most 100%', EXAMPLES)
  const meant = Number(digits) <= 100 ? `did you mean ${digits}%?` : `write ${EXAMPLES[0]} or ${EXAMPLES[1]}`
  throw usage(`${name} cannot be ${quoted(text)}: a ratio without % is at most 1`, meant)
}

/** A ratio for people, as a percentage in three significant digits: `5%`, `0.0417%`. It never rounds up to a false `100%`. */
export function formatRatio(ratio: number): string {
  const digits = threeDigits(ratio * 100)
  return ratio < 1 && Number(digits) >= 100 ? '99.9%' : `${digits}%`
}
