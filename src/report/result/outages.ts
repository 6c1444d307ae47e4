import { formatCount } from '../../base/counted.ts'
import type { Result } from '../../verdict/result.ts'
import { clockTime } from '../text/clock-time.ts'
import { formatMs } from '../text/milliseconds.ts'

/**
 * The outages of a run, the longest with the time of day: `1 outage: 3 s at 14:03:22.5 UTC (1.2 s into the run)`. Undefined if there is
 * none of at least this length.
 */
export function outageText({ loss, startedAt }: Result, leastMs = 0): string | undefined {
  const { outages, outagesOmitted = 0 } = loss
  const longest = outages.toSorted((a, b) => b.lengthMs - a.lengthMs)[0]
  if (longest === undefined || longest.lengthMs < leastMs) return undefined
  const { startMs, lengthMs } = longest
  const clock = outageClock(longest, startedAt)
  const since = formatMs(startMs)
  const span = `${formatMs(lengthMs)} at ${clock === undefined ? since : `${clock} (${since} into the run)`}`
  const many = outages.length + outagesOmitted
  return many === 1 ? `1 outage: ${span}` : `${formatCount(many)} outages, the longest ${span}`
}

/** The time of day at which an outage began. Results of old versions have no `at`. */
export function outageClock({ at, startMs }: Result['loss']['outages'][number], startedAt: string): string | undefined {
  return at === undefined ? clockTime(startedAt, startMs) : clockTime(at, 0)
}
