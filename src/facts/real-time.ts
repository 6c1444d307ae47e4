import { SECOND, type Nanos } from '../base/nanos.ts'
import type { RealTime } from '../wire/services/answers.ts'

/** The moment that is `by` later. */
export function later({ seconds, nanos }: RealTime, by: Nanos): RealTime {
  const sum = nanos + by
  const whole = Math.floor(sum / SECOND)
  return { seconds: seconds + whole, nanos: sum - whole * SECOND }
}
