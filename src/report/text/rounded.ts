/** Digits of a number that is no time: more than any measurement here has. */
const SIGNIFICANT = 10

/** A time in ms to the nanosecond, without a negative zero; undefined where it is no finite number. */
export function roundedMs(ms: number): number | undefined {
  return Number.isFinite(ms) ? Number(ms.toFixed(6)) + 0 : undefined
}

/**
 * A number as a document holds it, by the name of its property: times (`…Ms`) to the nanosecond, other fractions to ten
 * digits, whole numbers exactly, no negative zero. Undefined where it is no finite number. Rounding twice changes nothing.
 */
export function rounded(value: number, name: string): number | undefined {
  if (!Number.isFinite(value)) return undefined
  if (Number.isInteger(value)) return value + 0
  return name.endsWith('Ms') ? roundedMs(value) : Number(value.toPrecision(SIGNIFICANT)) + 0
}
