import { MILLISECOND, toMs, type Nanos } from '../../base/nanos.ts'
import { CLOCK_DRIFT, type Floor } from './delay-floor.ts'
import type { QueueFigures } from './view.ts'

/** Delays of one flow in the last minute, and the smallest ones of the last minutes. */
export interface FlowDelays {
  readonly floor: Floor
  readonly forward: readonly Nanos[]
  readonly back: readonly Nanos[]
}

/** A median needs some probes. */
const FEWEST = 5
/** Below this, threads that wake up late look like queues. */
const LEAST: Nanos = MILLISECOND
/** A queue that is less than this part of the quickest round trip is ordinary jitter. */
const LEAST_PART = 1 / 10
/** The direction in which this part of the queueing is counts as its place. */
const MOST_PART = 3 / 4
/** The drift is at most this part of the queueing: then a direction that has three quarters of it by these clocks has at least half of it. */
const DRIFT_PART = 1 / 4

/**
 * The direction in which the probes of the last minute queued. The queueing of both directions together needs no clock of the server: it is the
 * round trip without the time in the server, above its minimum. It must be visible, and larger than what the drift of the clocks can falsify. The
 * directions must add up to it: if they exceed it, a clock was set.
 */
export function judgeQueue(flows: readonly FlowDelays[], now: Nanos): QueueFigures | undefined {
  const used = flows.filter(({ forward }) => forward.length > 0)
  const count = used.reduce((sum, { forward }) => sum + forward.length, 0)
  if (count < FEWEST) return undefined
  const floor = (figure: keyof Floor): Nanos =>
    used.reduce((least, one) => Math.min(least, one.floor[figure]), Infinity)
  const network = median(used, count, one => one.floor.network, true, true)
  if (network < Math.max(LEAST, LEAST_PART * floor('network'))) return undefined
  const since = Math.min(floor('forwardAt'), floor('backAt'))
  if (CLOCK_DRIFT * (now - since) > DRIFT_PART * network) return undefined
  const forward = median(used, count, one => one.floor.forward, true, false)
  const back = median(used, count, one => one.floor.back, false, true)
  if (forward + back > (1 + DRIFT_PART) * network) return undefined
  const direction = forward >= MOST_PART * network ? 'forward' : back >= MOST_PART * network ? 'return' : 'both'
  return { direction, forwardMs: toMs(forward), returnMs: toMs(back) }
}

/** The median of the delays above the floor, in one direction or both. */
function median(
  flows: readonly FlowDelays[],
  count: number,
  floorOf: (flow: FlowDelays) => Nanos,
  isForward: boolean,
  isBack: boolean,
): Nanos {
  const values = new Float64Array(count)
  let filled = 0
  for (const flow of flows) {
    const { forward, back } = flow
    const floor = floorOf(flow)
    for (let n = 0; n < forward.length; n++)
      values[filled++] = (isForward ? (forward[n] ?? 0) : 0) + (isBack ? (back[n] ?? 0) : 0) - floor
  }
  return values.sort()[Math.floor((count - 1) / 2)] ?? 0
}
