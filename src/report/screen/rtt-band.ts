import type { StripColumn } from './strip-columns.ts'

/** Round trips over time: rows of blocks, the highest first, between two times in ms. */
export interface RttBand {
  readonly rows: readonly string[]
  readonly lowMs: number
  readonly highMs: number
}

/** By which cell halves are filled: neither, the lower, the upper, both. */
const HALVES = [' ', '▄', '▀', '█'] as const

/**
 * The smallest round trip to the 99th percentile of each column, in steps of half a row. The scale begins at 0 unless all round trips are
 * in its upper half. Undefined: no reply.
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
  const steps = 2 * height
  const step = (ms: number): number => Math.min(steps - 1, Math.floor(((ms - lowMs) / (highMs - lowMs || 1)) * steps))
  const rows = Array.from({ length: height }, (_, row) => {
    const below = steps - 2 - 2 * row
    return bands
      .map(band => {
        if (band === undefined) return HALVES[0]
        const has = (half: number): number => Number(half >= step(band.low) && half <= step(band.high))
        return HALVES[has(below) + 2 * has(below + 1)] ?? HALVES[0]
      })
      .join('')
  })
  return { rows, lowMs, highMs }
}
