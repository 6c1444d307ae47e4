/** Digits of a number that is not a time. No measurement here is more exact. */
const SIGNIFICANT = 10

/** A time in ms, rounded to the nanosecond, without a negative zero. Undefined if it is not finite. */
export function roundedMs(ms: number): number | undefined {
  return Number.isFinite(ms) ? Number(ms.toFixed(6)) + 0 : undefined
}

/**
 * Rounds a number of a document by the name of its property: times (`…Ms`) to the nanosecond, other fractions to ten digits. Whole numbers
 * are exact, and there is no negative zero. Undefined if it is not finite. Rounding twice changes nothing.
 */
export function rounded(value: number, name: string): number | undefined {
  if (!Number.isFinite(value)) return undefined
  if (Number.isInteger(value)) return value + 0
  return name.endsWith('Ms') ? roundedMs(value) : Number(value.toPrecision(SIGNIFICANT)) + 0
}
