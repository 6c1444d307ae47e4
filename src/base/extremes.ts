/** The greatest of any number of values, where arguments of a call are limited by the stack; -Infinity of none. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}

/** The least of any number of values; Infinity of none. */
export function least(values: readonly number[]): number {
  return values.reduce((most, value) => Math.min(most, value), Infinity)
}
