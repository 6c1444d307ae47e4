import { FATES, type Fate, type FateGroup } from '../../result/fates.ts'
import { type ProbeSeries, timeRange } from './probe-series.ts'

/** Fates over time, in slices of equal length. */
export interface TimeSlices {
  readonly fromMs: number
  /** Length of a slice, above 0. */
  readonly stepMs: number
  /** Probes per slice. */
  readonly totals: readonly number[]
  /** One lane per fate that occurred, in the order of `FATES`. */
  readonly lanes: readonly Lane[]
}

export interface Lane {
  readonly fate: Fate
  readonly group: FateGroup
  readonly count: number
  /** Probes with this fate, per slice. */
  readonly counts: readonly number[]
}

/** Up to this number, each probe has its own slice. Above it, a slice holds several, so that a burst is higher than a single loss. */
const FEW = 120
const IN_A_SLICE = 4

/** Cuts the sending times into at most `most` slices, and not more than there are probes. Undefined if nothing was sent. */
export function timeSlices(series: ProbeSeries, most: number): TimeSlices | undefined {
  const range = timeRange(series)
  if (range === undefined) return undefined
  const slices = Math.max(
    1,
    Math.min(most, Math.max(Math.min(FEW, series.count), Math.floor(series.count / IN_A_SLICE))),
  )
  const spanMs = range.to - range.from
  // Add half a step at each end, so that probes sent at equal intervals are in the middle of their slices.
  const stepMs = spanMs > 0 ? spanMs / Math.max(1, slices - 1) : 1
  const fromMs = range.from - stepMs / 2
  const totals = Array.from({ length: slices }, () => 0)
  const counts = FATES.map(() => Array.from({ length: slices }, () => 0))
  for (let row = 0; row < series.count; row++) {
    const slice = Math.min(slices - 1, Math.max(0, Math.floor(((series.timeMs[row] ?? 0) - fromMs) / stepMs)))
    const lane = counts[series.fate[row] ?? 0]
    if (lane !== undefined) lane[slice] = (lane[slice] ?? 0) + 1
    totals[slice] = (totals[slice] ?? 0) + 1
  }
  const lanes = FATES.map(({ fate, group }, index): Lane => {
    const of = counts[index] ?? []
    return { fate, group, count: of.reduce((sum, count) => sum + count, 0), counts: of }
  })
  return { fromMs, stepMs, totals, lanes: lanes.filter(({ count }) => count > 0) }
}
