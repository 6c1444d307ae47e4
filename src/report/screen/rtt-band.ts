import { block } from '../text/sparkline.ts'
import type { StripColumn } from './strip-columns.ts'

/** Round trips over time: rows of blocks, the highest first, between two times in ms. */
export interface RttBand {
  readonly rows: readonly string[]
  readonly lowMs: number
  readonly highMs: number
}

/** Below the smallest round trip of a column. */
const BELOW = '░'
const BAND = '█'

/**
 * Each column is full from its smallest round trip to the 99th percentile, and shaded below. The scale begins at 0 unless all round trips
 * are in its upper half. Undefined: no reply.
 */
export function rttBand(columns: readonly StripColumn[], height: number): RttBand | undefined {
  const bands = columns.map(({ rttMs }) => {
    const [low] = rttMs
    return low === undefined ? undefined : { low, high: rttMs[Math.ceil(0.99 * rttMs.length) - 1] ?? low }
  })
  const known = bands.filter(band => band !== undefined)
  if (known.length === 0) return undefined
  const highMs = known.reduce((most, { high }) => Math.max(most, high), 0)
  const least = known.reduce((lowest, { low }) => Math.min(lowest, low), Infinity)
  const lowMs = least > highMs / 2 && least < highMs ? least : 0
  /** In rows above the lowest edge. */
  const place = (ms: number): number => ((ms - lowMs) / (highMs - lowMs || 1)) * height
  const rows = Array.from({ length: height }, (_, row) => {
    const edge = height - 1 - row
    return bands
      .map(band => {
        if (band === undefined || (edge > 0 && place(band.high) <= edge)) return ' '
        if (place(band.high) <= edge + 1) return block(place(band.high) - edge)
        return place(band.low) <= edge + 0.5 ? BAND : BELOW
      })
      .join('')
  })
  return { rows, lowMs, highMs }
}
