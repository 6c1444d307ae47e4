import { FATES, type FateGroup } from '../../result/fates.ts'
import type { ProbeSeries } from './probe-series.ts'

/** A round trip to draw. */
export interface DelayPoint {
  readonly timeMs: number
  readonly rttMs: number
  /** Index into `FATES` of the report. */
  readonly fate: number
}

/**
 * The indexes of at most `most` values that draw the same picture as all of them, in ascending order. The values are cut into spans of
 * equal length, and the smallest and the largest of each span are kept, so that no extreme is lost. Values that are not finite are ignored.
 */
export function extremes(values: ArrayLike<number>, most: number): number[] {
  const known: number[] = []
  for (let place = 0; place < values.length; place++) if (Number.isFinite(values[place])) known.push(place)
  if (known.length <= most) return known
  const spans = Math.max(1, Math.floor(most / 2))
  const kept: number[] = []
  for (let span = 0; span < spans; span++) {
    const from = Math.floor((span * known.length) / spans)
    const to = Math.floor(((span + 1) * known.length) / spans)
    let [least, greatest] = [known[from] ?? 0, known[from] ?? 0]
    for (let index = from; index < to; index++) {
      const place = known[index] ?? 0
      if ((values[place] ?? 0) < (values[least] ?? 0)) least = place
      if ((values[place] ?? 0) > (values[greatest] ?? 0)) greatest = place
    }
    kept.push(Math.min(least, greatest))
    if (least !== greatest) kept.push(Math.max(least, greatest))
  }
  return kept
}

/** At most `most` round trips by time. Each fate is thinned by itself, so that a few truncated replies among many whole ones stay. */
export function delayPoints({ timeMs, rttMs, fate }: ProbeSeries, most: number): readonly DelayPoint[] {
  const byFate = new Map<number, number[]>()
  rttMs.forEach((rtt, row) => {
    if (!Number.isFinite(rtt)) return
    const number = fate[row] ?? 0
    const rows = byFate.get(number)
    if (rows === undefined) byFate.set(number, [row])
    else rows.push(row)
  })
  const total = [...byFate.values()].reduce((sum, rows) => sum + rows.length, 0)
  const share = total <= most ? total : Math.floor(most / byFate.size)
  const points = [...byFate].flatMap(([number, rows]) => {
    const values = rows.map(row => rttMs[row] ?? NaN)
    return extremes(values, share).map((place): DelayPoint => {
      const row = rows[place] ?? 0
      return { timeMs: timeMs[row] ?? 0, rttMs: rttMs[row] ?? 0, fate: number }
    })
  })
  return points.toSorted((a, b) => a.timeMs - b.timeMs || a.rttMs - b.rttMs)
}

/** The group of a point, which decides its colour and shape. */
export function groupOf(fate: number): FateGroup {
  return FATES[fate]?.group ?? 'whole'
}
