import { formatMs } from '../text/milliseconds.ts'
import { padded } from '../text/width.ts'
import type { Line } from './line.ts'
import { rttBand } from './rtt-band.ts'
import type { ScreenPage } from './screen-page.ts'
import type { StripColumn } from './strip-columns.ts'

/** Columns before the band, which has the ends of its scale. */
const LABEL = 10
const LOW = 4
const HIGH = 8
/** From this height of the screen on there is room for a high band. */
const TALL = 45

/** The round trips of columns as rows of blocks, with the ends of their scale. Nothing if no reply came. */
export function bandLines(columns: readonly StripColumn[], { height }: ScreenPage): Line[] {
  const band = rttBand(columns, height >= TALL ? HIGH : LOW)
  if (band === undefined) return []
  const { rows, highMs, lowMs } = band
  return rows.map((row, index) => {
    const end = index === 0 ? formatMs(highMs) : index === rows.length - 1 ? formatMs(lowMs) : ''
    return [
      { text: padded(padded(end, LABEL - 2, 'right'), LABEL), style: 'dim' },
      { text: row, style: 'cyan' },
    ]
  })
}
