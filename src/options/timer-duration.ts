import { parseDuration } from '../base/duration.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { invalidValue } from '../base/invalid-value.ts'

/** The longest delay of a Node timer: 2^31 − 1 ms, 24 days. A longer one would fire at once. */
const LONGEST: Nanos = (2 ** 31 - 1) * MILLISECOND
const EXAMPLES = ['30s', '10m'] as const

/** A time span that fits a Node timer: 1 ms to 24 days. */
export function parseTimerDuration(text: string, name: string): Nanos {
  const duration = parseDuration(text, name)
  if (duration < MILLISECOND) throw invalidValue(name, text, 'the least is 1ms', EXAMPLES)
  if (duration > LONGEST) throw invalidValue(name, text, 'the most is 24 days', EXAMPLES)
  return duration
}
