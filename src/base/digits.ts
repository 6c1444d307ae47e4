/**
 * A number for people: three significant digits, never an exponent. Only an exact whole number below 1000 has no decimals: `20`, but `20.1`,
 * `1.50`, `0.0417`, `12300`.
 */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Number.isInteger(value) && Math.abs(value) < 1000) return String(value + 0)
  const [mantissa = '', exponent = '0'] = value.toExponential(2).split('e')
  const zeros = Number(exponent) - 2
  if (zeros >= 0) return mantissa.replace('.', '') + '0'.repeat(zeros)
  return value.toFixed(Math.min(100, -zeros))
}
