import type { LossPoints } from './loss-points.ts'
import type { Passage } from './passage.ts'

/** The backlog of a bucket or queue at the points of loss. */
export interface Backlog {
  /** Bytes in it when each point's datagram came, and half of that datagram. */
  readonly level: Float64Array
  /** How often it had been empty before. */
  readonly period: Uint32Array
}

/**
 * Bytes that a limit has to work off at the points of loss: each datagram that passes adds its bytes, and time removes them at the rate. A
 * token bucket is the same, with the missing tokens as backlog.
 * @param rate bytes for each ns
 * @param floor the backlog is never below: 0, or -Infinity if it is not known that it was 0 at first
 */
export function backlogAt(
  { entered, bytes, passed }: Passage,
  points: LossPoints,
  rate: number,
  floor: number,
): Backlog {
  const { count, row } = points
  const level = new Float64Array(count)
  const period = new Uint32Array(count)
  let [backlog, before, empty, n] = [0, 0, 0, 0]
  const end = (row[count - 1] ?? -1) + 1
  for (let i = 0; i < end; i++) {
    const now = entered[i] ?? 0
    backlog -= rate * (now - before)
    before = now
    if (backlog < floor) {
      backlog = floor
      empty += 1
    }
    if (i === row[n]) {
      level[n] = backlog + (bytes[i] ?? 0) / 2
      period[n] = empty
      n += 1
    }
    if (passed[i] === 1) backlog += bytes[i] ?? 0
  }
  return { level, period }
}

/** The backlog when each datagram came. */
export function backlogs({ count, entered, bytes, passed }: Passage, rate: number, floor: number): Float64Array {
  const result = new Float64Array(count)
  let [backlog, before] = [0, 0]
  for (let i = 0; i < count; i++) {
    const now = entered[i] ?? 0
    backlog = Math.max(floor, backlog - rate * (now - before))
    before = now
    result[i] = backlog
    if (passed[i] === 1) backlog += bytes[i] ?? 0
  }
  return result
}
