import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { SECOND } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'

const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu

/** Parses the upper bound of a bucket of a histogram, in seconds. Throws a `usage` error. */
export function parseBucket(written: string | number): number {
  const text = String(written).trim()
  const bound = NUMBER.test(text) ? Number(text) : NaN
  if (bound > 0 && bound < Infinity) return bound
  throw usage(`a bucket cannot be ${quoted(written)}: it is a positive number of seconds`, likely(text))
}

/** Somebody writes `1ms`. */
function likely(text: string): string {
  try {
    const seconds = parseDuration(text, 'a bucket') / SECOND
    if (seconds > 0) return `did you mean ${seconds}?`
  } catch {
    // It is no duration.
  }
  return 'write 0.001 or 1'
}
