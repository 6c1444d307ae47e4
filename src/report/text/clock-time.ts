import { utcAfter } from '../../base/utc-time.ts'

/** The time of day `afterMs` after a moment in ISO 8601 (UTC), to a tenth of a second: `14:03:22.5 UTC`. Undefined if it cannot be parsed. */
export function clockTime(moment: string, afterMs: number): string | undefined {
  const time = utcAfter(moment, afterMs)
  return time === undefined ? undefined : `${time.slice(11, 21)} UTC`
}
