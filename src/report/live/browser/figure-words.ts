import type { RttFigures, WindowFigures } from '../../../verdict/monitor/view.ts'
import type { LiveRow } from '../live-row.ts'
import { timeText } from '../../html/browser/time-text.ts'
import { formatShare } from '../../text/share.ts'

/** What stands for a figure that is not known. */
const UNKNOWN = '–'

/** Loss of settled probes: `0%`, `1.3%`. Nothing settled: unknown. */
export function lossText({ settled, lost }: WindowFigures): string {
  if (settled === 0) return UNKNOWN
  return formatShare(lost, settled)
}

export function countText(count: number): string {
  return count.toLocaleString('en')
}

export function rttText(rtt: RttFigures | undefined, figure: keyof RttFigures): string {
  return rtt === undefined ? UNKNOWN : timeText(rtt[figure])
}

/** Time of day of a moment, ms since 1970, with the date if it is not that of `now`. */
export function clockText(at: number, now: number): string {
  const moment = new Date(at)
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(':')
  if (new Date(now).toDateString() === moment.toDateString()) return time
  const date = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
  return `${date.map(part => String(part).padStart(2, '0')).join('-')} ${time}`
}

/** The module of a row, if it is not the default one, and its size, if the module has several: `big 1472 B`. */
export function moduleText({ module, size }: Pick<LiveRow, 'module' | 'size'>): string {
  return [...(module === 'default' ? [] : [module]), ...(size === undefined ? [] : [`${size} B`])].join(' ')
}

/** Labels in one line: `site=berlin role=core`. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
