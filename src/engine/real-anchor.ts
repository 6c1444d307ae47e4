import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { later } from '../facts/real-time.ts'
import type { RealTime } from '../wire/services/answers.ts'

/** The monotonic clock of a driver, and the real time of the system in whole milliseconds since 1970, rounded down. */
export interface Clocks {
  readonly now: () => Nanos
  readonly realMs: () => number
}

/** Real time at one moment of the monotonic clock. */
export interface RealAnchor {
  /** Real time at another moment close to it. */
  readonly at: (moment: Nanos) => RealTime
  /** Real time is at most this far from what `at` returns, unless the system clock is set meanwhile. */
  readonly error: Nanos
}

/** Exact enough: two readings of each clock without an interruption take about a microsecond. */
const GOOD: Nanos = 5_000
/** How long an exact one is looked for. */
const LONGEST: Nanos = 4 * MILLISECOND

/** At `moment` real time was `ms` milliseconds since 1970 and `low` to `high` nanoseconds. */
interface Reading {
  readonly moment: Nanos
  readonly ms: number
  readonly low: Nanos
  readonly high: Nanos
}

/**
 * Pins real time to the monotonic clock. Node has the real time in milliseconds only (`performance.timeOrigin` is finer, but does not follow
 * a clock that is set while the process runs). The moment when the milliseconds change is known to the time between two readings, so this
 * reads until they do: up to a millisecond, and a few more if this process is suspended just then.
 */
export function anchorRealTime({ now, realMs }: Clocks): RealAnchor {
  let before = now()
  let ms = realMs()
  let middle = now()
  const end = before + LONGEST
  let best: Reading = { moment: before, ms, low: before - middle, high: MILLISECOND }
  while (best.high - best.low > GOOD && middle < end) {
    const next = realMs()
    const after = now()
    // The change was between the two readings of real time, so between `before` and `after`.
    const tick: Reading = { moment: before, ms: next, low: before - after, high: 0 }
    if (next === ms + 1 && tick.high - tick.low < best.high - best.low) best = tick
    before = middle
    middle = after
    ms = next
  }
  return anchorOf(best)
}

function anchorOf({ moment, ms, low, high }: Reading): RealAnchor {
  const seconds = Math.floor(ms / 1000)
  const rest = (ms - seconds * 1000) * MILLISECOND + (low + high) / 2 - moment
  return {
    at: then => later({ seconds, nanos: 0 }, Math.round(rest + then)),
    error: Math.ceil((high - low) / 2) + 1,
  }
}
