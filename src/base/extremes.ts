/** The greatest value; -Infinity if there is none. A loop, because `Math.max(...values)` overflows the stack with many values. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}

/** The least value; Infinity if there is none. */
export function least(values: readonly number[]): number {
  return values.reduce((most, value) => Math.min(most, value), Infinity)
}
