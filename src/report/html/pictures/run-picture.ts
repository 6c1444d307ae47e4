import type { ProbeRow } from '../../../verdict/probe-row.ts'
import type { Result } from '../../../verdict/result.ts'
import { FATES } from '../../result/fates.ts'
import { roundedMs } from '../../text/rounded.ts'
import type { Axis } from './axis.ts'
import { LINES, pointAxis } from './delay-picture.ts'
import { type Straggler, stragglers } from './disorder.ts'
import { countedDelays } from './distribution-picture.ts'
import { type DelayPoint, delayPoints, extremes } from './extremes.ts'
import { groupClass } from './group-class.ts'
import type { LiveRun } from '../live-run.ts'
import { collectProbes, type ProbeSeries } from './probe-series.ts'
import { type TimeSlices, timeSlices } from './time-slices.ts'

/** Limit for the points that the script draws on one page. Above it, drawing is not smooth. */
const MOST_POINTS = 20_000
/** Least number of points of one run among many. */
const FEWEST_POINTS = 400
/** Limit for the points of a static picture. More only overlap. */
const STILL_POINTS = 2400
/** Time slices of the interactive and of the static picture. */
const LIVE_SLICES = 2000
const STILL_SLICES = 360

/** Everything that is drawn from the probes of a run. */
export interface RunPicture {
  readonly series: ProbeSeries
  readonly delays: Float64Array
  /** At most as many as a static picture has. */
  readonly points: readonly DelayPoint[]
  readonly slices: TimeSlices
  readonly range: { readonly fromMs: number; readonly toMs: number }
  /** Undefined if no reply came. */
  readonly axis: Axis | undefined
  /** Reordered replies. Undefined if the rows do not determine them exactly. */
  readonly stragglers: readonly Straggler[] | undefined
  readonly live: LiveRun
}

/** Reads the rows of a run. Undefined if nothing was sent. `runs`: the number of runs on the page. */
export function pictureRun(result: Result, rows: Iterable<ProbeRow>, runs: number): RunPicture | undefined {
  const series = collectProbes(rows)
  const slices = timeSlices(series, STILL_SLICES)
  const fine = timeSlices(series, Math.max(STILL_SLICES, Math.floor(LIVE_SLICES / runs)))
  if (slices === undefined || fine === undefined) return undefined
  const most = Math.max(FEWEST_POINTS, Math.floor(MOST_POINTS / runs))
  const points = delayPoints(series, most)
  const range = { fromMs: slices.fromMs, toMs: slices.fromMs + slices.stepMs * slices.totals.length }
  const axis = result.rtt === undefined ? undefined : pointAxis(points, result.rtt)
  const { reordered } = result.ledger
  // Skip the sort if nothing was reordered: with millions of arrivals it is slow.
  const late = reordered > 0 ? stragglers(series) : []
  return {
    series,
    delays: countedDelays(series),
    points: thinned(points, Math.min(most, STILL_POINTS)),
    slices,
    range,
    axis,
    stragglers: late.length === reordered ? late : undefined,
    live: createLiveRun(result, points, fine, range, axis),
  }
}

/** Fewer points. Those that are not whole stay as long as they are few. */
function thinned(points: readonly DelayPoint[], most: number): readonly DelayPoint[] {
  if (points.length <= most) return points
  const kept = new Set(
    extremes(
      points.map(({ rttMs }) => rttMs),
      most,
    ),
  )
  const rare = points.filter(({ fate }) => fate !== 0)
  return points.filter((point, place) => kept.has(place) || (rare.length < most / 2 && point.fate !== 0))
}

function createLiveRun(
  { rtt }: Result,
  points: readonly DelayPoint[],
  { fromMs, stepMs, totals, lanes }: TimeSlices,
  range: RunPicture['range'],
  axis: Axis | undefined,
): LiveRun {
  return {
    timeMs: points.map(({ timeMs }) => Math.round(timeMs * 1000) / 1000),
    rttMs: points.map(({ rttMs }) => Number(rttMs.toPrecision(4))),
    fate: points.map(({ fate }) => fate),
    fates: FATES.map(({ fate, group }) => ({ fate, className: groupClass(group) })),
    from: short(range.fromMs),
    to: short(range.toMs),
    ...(axis === undefined
      ? {}
      : { delay: { from: axis.from, to: axis.to, logarithmic: axis.logarithmic, ticks: axis.ticks } }),
    lines: rtt === undefined ? [] : LINES.map(([name, key]) => ({ name, ms: short(rtt[key]) })),
    slices: {
      from: short(fromMs),
      step: short(stepMs),
      totals,
      lanes: lanes.map(({ fate, count, counts }) => ({
        fate: FATES.findIndex(entry => entry.fate === fate),
        count,
        counts,
      })),
    },
  }
}

/** Limits the digits to what a picture can show. */
function short(ms: number): number {
  return roundedMs(Number(ms.toPrecision(9))) ?? 0
}
