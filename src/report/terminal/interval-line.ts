import { formatCount } from '../../base/counted.ts'
import type { IntervalReport } from '../../verdict/interval-report.ts'
import { formatMs } from '../text/milliseconds.ts'
import { printable } from '../text/safe.ts'
import { formatShare } from '../text/share.ts'

/**
 * A run that goes on, in one line: `2026-11-30T06:31:06.123+01:00 100 sent · 97 replies · loss 2.1% (2 of 97) · rtt p50 412 µs, p99 1.2 ms`. All
 * is since its begin, except the round trips, which are those of the interval. `at`: the time of day, in ISO 8601. `name`: the check that runs.
 */
export function intervalLine({ total, interval: { rtt } }: IntervalReport, at: string, name?: string): string {
  const { sent, replies, settled, lost } = total
  const loss =
    settled === 0
      ? 'loss not known yet'
      : `loss ${formatShare(lost, settled)} (${formatCount(lost)} of ${formatCount(settled)})`
  const trips =
    rtt === undefined ? 'no replies since the last line' : `rtt p50 ${formatMs(rtt.p50Ms)}, p99 ${formatMs(rtt.p99Ms)}`
  const words = [`${formatCount(sent)} sent`, `${formatCount(replies)} replies`, loss, trips].join(' · ')
  return `${at} ${name === undefined ? '' : `${printable(name)}: `}${words}`
}
