import { MILLISECOND, SECOND, type Nanos } from '../../../base/nanos.ts'
import type { Inbox, Environment } from '../../../machines/machine.ts'
import type { Clock } from '../../clock.ts'
import { CLOCK_REALTIME } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'

/** A reading is used for this time. A step of the system clock in between only falsifies arrivals of this time. */
const MAX_AGE: Nanos = MILLISECOND
/** A difference of two readings beyond this and their uncertainty means that the clock was set: slewing changes it by at most 500 ppm. */
const STEP: Nanos = MILLISECOND
/** Number of readings, of which the quickest is used. */
const READINGS = 3

/** Maps real time to the driver's clock. The kernel stamps arrivals with real time, and everything else uses the driver's clock. */
export class RealTime {
  /** The largest observed step of the system clock. Undefined if there was none. */
  step: Nanos | undefined
  readonly #libc: Libc
  readonly #clock: Clock
  readonly #timespec = new BigInt64Array(2)
  #epoch: ReturnType<Environment['epoch']> = { seconds: 0, nanos: 0 }
  #readAt: Nanos = -Infinity
  /** Largest error of the reading. */
  #uncertainty: Nanos = Infinity

  constructor(libc: Libc, clock: Clock) {
    this.#libc = libc
    this.#clock = clock
  }

  /** Real time of the system at the clock's epoch. */
  epoch(now: Nanos = this.#clock.now()): ReturnType<Environment['epoch']> {
    if (now - this.#readAt > MAX_AGE) {
      const last = this.#epoch
      const uncertainty = this.#uncertainty
      this.#read()
      this.#readAt = now
      this.#compare(last, uncertainty)
    }
    return this.#epoch
  }

  /**
   * Between steps the difference of the clocks is constant, because slewing changes both (clock_gettime(2), CLOCK_MONOTONIC). Of readings
   * that agree, the more exact one is used. A less exact one would shift every stamp by the time of its own reading.
   */
  #compare(last: ReturnType<Environment['epoch']>, uncertainty: Nanos): void {
    const moved = Math.abs((this.#epoch.seconds - last.seconds) * SECOND + this.#epoch.nanos - last.nanos)
    const unsure = uncertainty + this.#uncertainty
    if (moved > STEP + unsure) this.step = Math.max(this.step ?? 0, moved)
    if (moved > unsure || uncertainty > this.#uncertainty) return
    this.#epoch = last
    this.#uncertainty = uncertainty
  }

  #read(): void {
    let best = Infinity
    let seconds = 0
    let nanos = 0
    for (let reading = 0; reading < READINGS; reading++) {
      const before = this.#clock.now()
      this.#libc.clockGettime(CLOCK_REALTIME, this.#timespec)
      const took = this.#clock.now() - before
      if (took >= best) continue
      best = took
      seconds = Number(this.#timespec[0])
      nanos = Number(this.#timespec[1]) - Math.round(before + took / 2)
    }
    const borrowed = Math.floor(nanos / SECOND)
    this.#epoch = { seconds: seconds + borrowed, nanos: nanos - borrowed * SECOND }
    this.#uncertainty = best / 2
  }
}

/** Limits arrival times to now: two clocks cannot be read at the same moment, and one of them may be set. */
export function notLater({ count, arrived }: Inbox, now: Nanos): void {
  for (let m = 0; m < count; m++) if ((arrived[m] ?? 0) > now) arrived[m] = now
}
