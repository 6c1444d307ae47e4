import { MILLISECOND, toMs, type Nanos } from '../../base/nanos.ts'
import { realTimeMs, type RunFacts } from '../../facts/run.ts'

/**
 * A larger difference between the anchors of two epochs is a step of the system clock. Slewing by NTP is at most 500 ppm (adjtimex(2)), 5 ms in
 * an epoch of 10 s, and on Linux it changes the monotonic clock as well (clock_gettime(2)). 100 ms is more than a reading of two clocks is wrong
 * on a busy machine.
 */
const STEP_MS = 100
/** The first epoch of a monitor is reported so soon after its start, also on a busy machine. */
const LATEST_MS = 5000
/** Number of steps whose time is remembered. */
const MOST_STEPS = 64

/**
 * Relates the three times of a monitor. *Driver's time*: of the rows, monotonic. *Steady time*: real time at the start plus monotonic time since
 * then, in ms; the caller's. *Real time*: what the system clock shows, which may be set at any time.
 */
export class MonitorClock {
  /** Steady time at the driver's epoch. */
  #anchorMs: number | undefined
  /** By how much the system clock was set since the start. */
  #stepMs = 0
  /** Each step: from which steady time on it holds, and the sum of the steps before it. */
  #steps: readonly { readonly from: number; readonly before: number }[] = []

  /**
   * Compares the real time at which an epoch began with the one expected. Returns by how many ms the system clock was set, if it was.
   * @param start of the epoch
   * @param steadyMs now
   */
  observe({ epoch }: Pick<RunFacts, 'epoch'>, start: Nanos, steadyMs: number): number | undefined {
    if (epoch === undefined) return undefined
    const anchorMs = realTimeMs(epoch, 0)
    this.#anchorMs ??= firstAnchor(anchorMs, start, steadyMs)
    const stepMs = anchorMs - (this.#anchorMs + this.#stepMs)
    if (Math.abs(stepMs) <= STEP_MS) return undefined
    this.#steps = [...this.#steps, { from: this.steady(start), before: this.#stepMs }].slice(-MOST_STEPS)
    this.#stepMs += stepMs
    return stepMs
  }

  /** Driver's time; -Infinity: no epoch has begun. */
  driver(steadyMs: number): Nanos {
    return this.#anchorMs === undefined ? -Infinity : (steadyMs - this.#anchorMs) * MILLISECOND
  }

  steady(moment: Nanos): number {
    return (this.#anchorMs ?? 0) + toMs(moment)
  }

  /** Real time by the system clock as it is set now: differences of such times are true, whatever steps are between them. */
  real(steadyMs: number): number {
    return steadyMs + this.#stepMs
  }

  realOf(moment: Nanos): number {
    return this.real(this.steady(moment))
  }

  /** What the system clock showed then. */
  shown(steadyMs: number): number {
    const next = this.#steps.find(({ from }) => steadyMs < from)
    return steadyMs + (next?.before ?? this.#stepMs)
  }
}

/**
 * Steady time at the driver's epoch. It is real time there, unless the system clock was set after the caller's start: often a host sets it soon
 * after it was started, when its network and the first names come up. Then the start of the first epoch is now.
 */
function firstAnchor(anchorMs: number, start: Nanos, steadyMs: number): number {
  const lateMs = steadyMs - anchorMs - toMs(start)
  return Math.abs(lateMs) <= LATEST_MS ? anchorMs : steadyMs - toMs(start)
}
