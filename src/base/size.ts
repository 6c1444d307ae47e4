import { threeDigits } from './digits.ts'
import { splitQuantity, wholeProduct } from './quantity.ts'
import { quoted } from './quoted.ts'
import { invalidValue } from './invalid-value.ts'

const FACTORS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['m', 1e6],
  ['g', 1e9],
  ['ki', 2 ** 10],
  ['mi', 2 ** 20],
  ['gi', 2 ** 30],
])

const EXAMPLES = ['4000', '4KiB'] as const

/** The largest buffer that a socket accepts: the kernel stores twice the value in an int (socket(7), SO_RCVBUF). */
export const LARGEST_BUFFER = 2 ** 30 - 1

export interface SizeRange {
  /** The largest number of bytes accepted. */
  readonly max?: number
}

/**
 * Bytes: `4000`, `4k` (4000), `4KiB` or `4Ki` (4096), likewise M and G. With an `i` the step is 1024, without it 1000; a final B and the case
 * of letters do not matter. Only whole, non-negative results.
 */
export function parseSize(text: string | number, name: string, { max }: SizeRange = {}): number {
  const written = String(text).trim()
  if (written.startsWith('-')) throw invalidValue(name, text, 'a size is not negative', EXAMPLES)
  const quantity = splitQuantity(written)
  if (quantity === undefined) throw invalidValue(name, text, 'it is not a number of bytes', EXAMPLES)
  const factor = FACTORS.get(quantity.unit.toLowerCase().replace(/b$/u, ''))
  if (factor === undefined) throw invalidValue(name, text, `${quoted(quantity.unit)} is not a unit of size`, EXAMPLES)
  const bytes = wholeProduct(quantity.digits, factor)
  if (bytes === undefined) throw invalidValue(name, text, 'it is not a whole number of bytes', EXAMPLES)
  if (!Number.isSafeInteger(bytes)) throw invalidValue(name, text, 'it is too large', EXAMPLES)
  if (max !== undefined && bytes > max) throw invalidValue(name, text, `the most is ${max} bytes`, EXAMPLES)
  return bytes
}

/** Bytes for people: exact below 100 000 (`65507 B`), above that with three digits and steps of 1000 (`213 kB`). */
export function formatSize(bytes: number): string {
  if (Math.abs(bytes) < 100_000) return `${String(Math.round(bytes))} B`
  if (Math.abs(bytes) < 999_500) return `${threeDigits(bytes / 1e3)} kB`
  if (Math.abs(bytes) < 999_500_000) return `${threeDigits(bytes / 1e6)} MB`
  return `${threeDigits(bytes / 1e9)} GB`
}
