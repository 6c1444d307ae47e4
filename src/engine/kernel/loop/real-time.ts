import { MILLISECOND, SECOND, type Nanos } from '../../../base/nanos.ts'
import type { Inbox, Environment } from '../../../machines/machine.ts'
import type { Clock } from '../../clock.ts'
import { CLOCK_REALTIME } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'

/** For so long a reading is used: a step of the system clock in between would falsify what arrived in this time, and no more. */
const MAX_AGE: Nanos = MILLISECOND
/** Two readings that differ by more, beyond what their own uncertainty explains, say that the clock was set: slewing moves it by 500 ppm at most. */
const STEP: Nanos = MILLISECOND
/** Of so many readings the quickest counts. */
const READINGS = 3

/** Real time against the driver's clock. The kernel stamps arrivals in the one, all else here is in the other. */
export class RealTime {
  /** The largest step of the system clock that was seen; undefined: none. */
  step: Nanos | undefined
  readonly #libc: Libc
  readonly #clock: Clock
  readonly #timespec = new BigInt64Array(2)
  #epoch: ReturnType<Environment['epoch']> = { seconds: 0, nanos: 0 }
  #readAt: Nanos = -Infinity
  /** The reading is off by at most so much. */
  #uncertainty: Nanos = Infinity

  constructor(libc: Libc, clock: Clock) {
    this.#libc = libc
    this.#clock = clock
  }

  /** Real time at the clock's epoch, as the system has it now. */
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
   * Between steps the two clocks keep their distance, for slewing moves both (clock_gettime(2), CLOCK_MONOTONIC): of readings that agree
   * the surer one counts. A less sure one would move every stamp by what its own reading took.
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

/** Nothing arrived later than now: two clocks cannot be read in the same moment, and one of them may be set. */
export function notLater({ count, arrived }: Inbox, now: Nanos): void {
  for (let m = 0; m < count; m++) if ((arrived[m] ?? 0) > now) arrived[m] = now
}
