import { splitQuantity, wholeProduct } from './quantity.ts'
import { refusal } from './refusal.ts'

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
  const magnitude = quantity && factor !== undefined ? wholeProduct(quantity.digits, factor) : undefined
  if (magnitude === undefined) throw refusal(name, text, 'it is not a whole number', examples(min, most))
  const count = written.startsWith('-') ? 0 - magnitude : magnitude
  if (count < min) throw refusal(name, text, `the least is ${min}`, examples(min, most))
  if (count > most) throw refusal(name, text, `the most is ${most}`, examples(min, most))
  return count
}

/** Two counts that are in the range (the same one twice only where the range has no second). */
function examples(min: number, max: number): [string, string] {
  const first = Math.min(max, Math.max(min, 10))
  if (max >= 10_000 && min <= 10_000) return [String(first === 10_000 ? min : first), '10k']
  return [String(first), String(first < max ? Math.min(max, first * 2 + 1) : min)]
}
