import { MILLISECOND } from '../../base/nanos.ts'
import { backlogAt } from './backlog.ts'
import type { LossPoints } from './loss-points.ts'
import type { Passage } from './passage.ts'
import { densest, searchSlope } from './slope-search.ts'

/** The line on which losses of a limit lie. */
export interface LimitLine {
  /** Bytes for each ns. */
  readonly rate: number
  /** Backlog at which datagrams are lost, bytes. */
  readonly level: number
  /** Median distance of a point near the line from it, bytes. */
  readonly spread: number
  /** Share of the points near the line. */
  readonly share: number
  /** The smallest backlog: 0, or -Infinity if the backlog at first is not known. */
  readonly floor: number
  /** Rows between two times at which the backlog was empty, on average over rows. */
  readonly rows: number
}

/** How far from the line losses may be, in datagrams and in time: what a busy machine adds between the time stamp and the wire. */
const NEAR = [
  { datagrams: 1.5, time: 0.3 * MILLISECOND },
  { datagrams: 3, time: 3 * MILLISECOND },
] as const
const ENOUGH_NEAR = 0.6
const STEPS = 6

export function findLine(passage: Passage, points: LossPoints, datagram: number): LimitLine | undefined {
  let best: LimitLine | undefined
  for (const { datagrams, time } of NEAR) {
    const tolerance = (slope: number): number => datagrams * datagram + slope * time
    const start = searchSlope(points, tolerance)
    if (!(start > 0)) continue
    for (const floor of [0, -Infinity]) {
      const line = refine(passage, points, start, floor, tolerance)
      if (line !== undefined && (best === undefined || line.share > best.share + 0.02)) best = line
    }
    if (best !== undefined && best.share >= ENOUGH_NEAR) return best
  }
  return best
}

/** Changes the rate until the backlog at the losses near the line neither grows nor shrinks. */
function refine(
  passage: Passage,
  points: LossPoints,
  start: number,
  floor: number,
  tolerance: (slope: number) => number,
): LimitLine | undefined {
  let rate = start
  let line: LimitLine | undefined
  for (let step = 0; step < STEPS; step++) {
    const { level, period } = backlogAt(passage, points, rate, floor)
    const { middle } = densest(level.toSorted(), 2 * tolerance(rate))
    const width =
      step < 2 || line === undefined
        ? tolerance(rate)
        : Math.min(tolerance(rate), Math.max(tolerance(0) / 3, 5 * line.spread))
    const near = (n: number): boolean => Math.abs((level[n] ?? 0) - middle) <= width
    const distances = level.map(value => Math.abs(value - middle)).filter(distance => distance <= tolerance(rate))
    const spread = distances.sort()[distances.length >> 1] ?? NaN
    line = {
      rate,
      level: middle,
      spread,
      share: distances.length / points.count,
      floor,
      rows: meanRows(points, period),
    }
    rate += growth(points.at, level, period, near)
    if (!(rate > 0)) return undefined
  }
  return line
}

/** The common slope of the points within the periods. */
function growth(at: Float64Array, level: Float64Array, period: Uint32Array, near: (n: number) => boolean): number {
  let [products, squares] = [0, 0]
  for (let from = 0; from < at.length;) {
    let to = from
    let [count, sumAt, sumLevel] = [0, 0, 0]
    for (; to < at.length && period[to] === period[from]; to++) {
      if (!near(to)) continue
      count += 1
      sumAt += at[to] ?? 0
      sumLevel += level[to] ?? 0
    }
    for (let n = from; n < to; n++) {
      if (!near(n)) continue
      const x = (at[n] ?? 0) - sumAt / count
      products += x * ((level[n] ?? 0) - sumLevel / count)
      squares += x * x
    }
    from = to
  }
  return squares > 0 ? products / squares : 0
}

function meanRows({ count, row }: LossPoints, period: Uint32Array): number {
  let [sum, squares] = [0, 0]
  for (let from = 0; from < count;) {
    let to = from
    while (to < count && period[to] === period[from]) to += 1
    const rows = (row[to - 1] ?? 0) - (row[from] ?? 0) + 1
    sum += rows
    squares += rows * rows
    from = to
  }
  return squares / sum
}
