import type { Expectation } from './expectation.ts'
import type { Operator } from './operator.ts'

/** Whether a count meets an expectation; with % its ratio to the base. A ratio to 0 meets none. */
export function holds(
  { operator, limit }: Pick<Expectation, 'operator' | 'limit'>,
  count: number,
  base: number,
): boolean {
  if (limit.unit !== 'ratio') return compare(operator, count, limit.value)
  return base > 0 && compare(operator, count / base, limit.value)
}

/** Whether every integer from `low` to `high` does. */
export function holdsBetween(expectation: Expectation, low: number, high: number, base: number): boolean {
  if (!holds(expectation, low, base) || !holds(expectation, high, base)) return false
  // Both ends differ from the limit, which may lie between them.
  return (
    expectation.operator !== '!=' ||
    holds({ ...expectation, operator: '<' }, low, base) === holds({ ...expectation, operator: '<' }, high, base)
  )
}

export function compare(operator: Operator, actual: number, limit: number): boolean {
  return COMPARE[operator](actual, limit)
}

const COMPARE: Readonly<Record<Operator, (actual: number, limit: number) => boolean>> = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
  '!=': (actual, limit) => actual !== limit,
}
