// Imported, for a hot path reads it: the global of this name is looked up anew, through a getter, each time.
import { performance } from 'node:perf_hooks'
import { SECOND, type Nanos } from '../base/nanos.ts'

/** A stepped or slewed system clock may stray so far from the monotonic one before real time is read anew. */
const MAX_DRIFT_MS = 2

/** The driver's clock: monotonic, in ns since it was made. */
export class Clock {
  readonly #start = performance.now()

  now(): Nanos {
    return Math.round((performance.now() - this.#start) * 1e6)
  }

  /** Real time at the clock's epoch, as the system has it now. */
  epoch(): { readonly seconds: number; readonly nanos: number } {
    // timeOrigin is finer than Date.now(), but does not follow a clock that is set while the process runs.
    const fine = performance.timeOrigin + this.#start
    const coarse = Date.now() - (performance.now() - this.#start)
    const ms = Math.abs(fine - coarse) > MAX_DRIFT_MS ? coarse : fine
    const seconds = Math.floor(ms / 1000)
    return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) % SECOND }
  }
}
