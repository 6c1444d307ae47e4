import { findLine, type LimitLine } from './limit-line.ts'
import type { LossPoints } from './loss-points.ts'
import type { Passage } from './passage.ts'

/** Of the rises of the backlog: few of them are higher, those after a pause of the sender. */
const USUAL = 0.9

/**
 * How far the backlog usually rises from the end of one run of losses to the next. Periodic loss, by count or by time, begins before it has
 * risen further than that.
 */
export function usualClimb({ passed }: Passage, backlog: Float64Array, first: number, last: number): number {
  const climbs = new Float64Array(Math.ceil((last - first + 1) / 2))
  let [low, n] = [backlog[first] ?? 0, 0]
  for (let i = first + 1; i <= last; i++) {
    const now = backlog[i] ?? 0
    if (passed[i] === 0 && passed[i - 1] === 1) {
      climbs[n] = now - low
      n += 1
    }
    low = passed[i] === 0 ? now : Math.min(low, now)
  }
  return climbs.subarray(0, n).sort()[Math.floor(n * USUAL)] ?? 0
}

/**
 * Whether the number of datagrams explains the losses as well as time does: periodic loss. At an even pace both are the same, so only an uneven
 * pace can exclude it.
 */
export function followsCount(passage: Passage, points: LossPoints, line: LimitLine, mean: number): boolean {
  const { count, entered } = passage
  const step = ((entered[count - 1] ?? 0) - (entered[0] ?? 0)) / count
  const passes = points.passedBytes.slice()
  let [through, n] = [0, 0]
  for (let i = 0; i < count && n < points.count; i++) {
    if (points.row[n] === i) {
      passes[n] = (through + 0.5) * mean
      n += 1
    }
    if (passage.passed[i] === 1) through += 1
  }
  const numbered = {
    ...passage,
    entered: Float64Array.from(entered, (_, i) => i * step),
    bytes: new Float64Array(count).fill(mean),
  }
  const at = Float64Array.from(points.row, i => i * step)
  const other = findLine(numbered, { ...points, at, passedBytes: passes }, mean)
  return other !== undefined && other.share > line.share - 0.3 && other.spread < 2 * line.spread + 0.1 * mean
}
