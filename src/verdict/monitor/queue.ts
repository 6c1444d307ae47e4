import { MILLISECOND, toMs, type Nanos } from '../../base/nanos.ts'
import type { DelaySample, Floor } from './delay-floor.ts'
import type { QueueFigures } from './view.ts'

/** Delays of one flow in the last minute, and the smallest ones of the last minutes. */
export interface FlowDelays {
  readonly floor: Floor
  readonly samples: readonly DelaySample[]
}

/**
 * How fast two clocks drift apart: oscillators of computers are within about 50 ppm each. The clock offset cancels in differences, but the drift
 * since the smallest delay was seen does not: it adds to one direction what it takes from the other.
 */
const DRIFT = 100e-6
/** A median needs some probes. */
const FEWEST = 5
/** Below this, threads that wake up late look like queues. */
const LEAST: Nanos = MILLISECOND
/** A queue that is less than this part of the quickest round trip is ordinary jitter. */
const LEAST_PART = 1 / 10
/** The direction in which this part of the queueing is counts as its place. */
const MOST_PART = 3 / 4
/** The drift must be less than this part of the queueing, so that it cannot turn one direction into the other. */
const DRIFT_PART = 1 / 4

/**
 * The direction in which the probes of the last minute queued. The queueing of both directions together needs no clock of the server: it is the
 * round trip without the time in the server, above its minimum. It must be visible, and larger than what the drift of the clocks can falsify. The
 * directions must add up to it: if they exceed it, a clock was set.
 */
export function judgeQueue(flows: readonly FlowDelays[], now: Nanos): QueueFigures | undefined {
  const excess = flows.flatMap(({ floor, samples }) =>
    samples.map(({ forward, back }) => ({
      forward: forward - floor.forward,
      back: back - floor.back,
      network: forward + back - floor.network,
    })),
  )
  if (excess.length < FEWEST) return undefined
  const network = median(excess.map(one => one.network))
  const used = flows.filter(({ samples }) => samples.length > 0)
  const shortest = used.reduce((least, { floor }) => Math.min(least, floor.network), Infinity)
  const since = used.reduce((first, { floor }) => Math.min(first, floor.forwardAt, floor.backAt), now)
  const drift = DRIFT * (now - since)
  if (network < Math.max(LEAST, LEAST_PART * shortest) || drift > DRIFT_PART * network) return undefined
  const forward = median(excess.map(one => one.forward))
  const back = median(excess.map(one => one.back))
  if (forward + back > (1 + DRIFT_PART) * network) return undefined
  const direction = forward >= MOST_PART * network ? 'forward' : back >= MOST_PART * network ? 'return' : 'both'
  return { direction, forwardMs: toMs(forward), returnMs: toMs(back) }
}

function median(values: readonly Nanos[]): Nanos {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
