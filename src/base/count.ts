import { usage, type UdptoolError } from './error.ts'
import { splitQuantity, wholeProduct } from './quantity.ts'
import { quoted } from './quoted.ts'
import { invalidValue } from './invalid-value.ts'

const FACTORS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['K', 1e3],
  ['M', 1e6],
])

export interface CountRange {
  /** The smallest count accepted; 0 if absent. */
  readonly min?: number
  /** The largest count accepted. */
  readonly max?: number
}

/** A whole number: `250`, `10k` (10 000), `2M` (2 000 000), from `min` to `max`. */
export function parseCount(text: string | number, name: string, { min = 0, max }: CountRange = {}): number {
  const most = max ?? Number.MAX_SAFE_INTEGER
  const written = String(text).trim()
  const quantity = splitQuantity(written.replace(/^-/u, ''))
  const factor = FACTORS.get(quantity?.unit ?? '')
  const magnitude =
    quantity && factor !== undefined
      ? wholeProduct(quantity.digits, factor)
      : // More digits than a quantity has.
        /^-?\d{21,}$/u.test(written)
        ? Infinity
        : undefined
  if (magnitude === undefined) throw refuse(name, text, 'it is not a whole number', min, max)
  const count = written.startsWith('-') ? 0 - magnitude : magnitude
  if (count < min) throw refuse(name, text, `the least is ${min}`, min, max)
  if (count > most) throw refuse(name, text, `the most is ${most}`, min, most)
  return count
}

/** The hint: the range if there is a maximum, else two valid counts. */
function refuse(
  name: string,
  text: string | number,
  reason: string,
  min: number,
  max: number | undefined,
): UdptoolError {
  if (max === undefined)
    return invalidValue(
      name,
      text,
      reason,
      min <= 10_000 ? [String(Math.max(min, 10)), '10k'] : [String(min), String(2 * min)],
    )
  const range = min === max ? `write ${min}` : `write a number from ${min} to ${max}`
  return usage(`${name} cannot be ${quoted(text)}: ${reason}`, range)
}
