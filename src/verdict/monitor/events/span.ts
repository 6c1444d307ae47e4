import { MILLISECOND, SECOND, type Nanos } from '../../../base/nanos.ts'

const MINUTE = 60 * SECOND

/** A length of time for people: `250 ms`, `12.3 s`, `4 min 10 s`, `3 h 20 min`. */
export function spanText(span: Nanos): string {
  if (span < SECOND) return `${Math.round(span / MILLISECOND)} ms`
  if (span < 2 * MINUTE) return `${(span / SECOND).toFixed(1)} s`
  const seconds = Math.round(span / SECOND)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
