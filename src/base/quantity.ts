/** A decimal number and the unit after it: `1.5k` is `{ digits: '1.5', unit: 'k' }`. The digits stay text, so nothing is rounded. */
export interface Quantity {
  readonly digits: string
  readonly unit: string
}

const QUANTITY = /^(\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})\s?(\D*)$/u

/** Splits `1.5k` or `38.1 ms`. Undefined when the text does not begin with a plain decimal number: no sign, no exponent. */
export function splitQuantity(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text)
  return match?.[1] === undefined ? undefined : { digits: match[1], unit: match[2] ?? '' }
}

/** `digits` times a whole `factor`, exactly (in binary, 1.005 × 1000 is not 1005). Undefined if the product is not a whole number. */
export function wholeProduct(digits: string, factor: number): number | undefined {
  const { numerator, denominator } = product(digits, factor)
  return numerator % denominator === 0n ? Number(numerator / denominator) : undefined
}

/** `digits` times a whole `factor`, rounded to the nearest double. */
export function nearestProduct(digits: string, factor: number): number {
  const { numerator, denominator } = product(digits, factor)
  return wholeProduct(digits, factor) ?? Number(numerator) / Number(denominator)
}

function product(digits: string, factor: number): { numerator: bigint; denominator: bigint } {
  const [whole = '', fraction = ''] = digits.split('.')
  return { numerator: BigInt(whole + fraction) * BigInt(factor), denominator: 10n ** BigInt(fraction.length) }
}
