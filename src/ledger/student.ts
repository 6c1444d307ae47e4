import { Z95 as z } from './estimate.ts'

/**
 * The 97.5 % point of Student's t with `degrees` of freedom, 5 or more: the normal quantile with its first three corrections (Abramowitz and
 * Stegun 26.7.5), within 0.004.
 */
export function student95(degrees: number): number {
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3
}
