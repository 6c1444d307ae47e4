import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'

/** A time of the Result for people: `38.1 µs`, `1.25 s`. */
export function formatMs(ms: number): string {
  return formatDuration(ms * MILLISECOND)
}
