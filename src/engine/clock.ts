// Imported for a hot path: the global of this name is looked up through a getter each time.
import { performance } from 'node:perf_hooks'
import { SECOND, type Nanos } from '../base/nanos.ts'

/** Read real time again if the system clock may have drifted this far from the monotonic one (by a step or slewing). */
const MAX_DRIFT_MS = 2
/** Number of readings, of which the quickest is used: this process may be suspended between the readings of the two clocks. */
const READINGS = 3

/** The driver's clock: monotonic, in ns since its creation. */
export class Clock {
  readonly #start = performance.now()

  now(): Nanos {
    return Math.round((performance.now() - this.#start) * 1e6)
  }

  /** Real time of the system at the clock's epoch. */
  epoch(): { readonly seconds: number; readonly nanos: number } {
    // timeOrigin is finer than Date.now(), but does not follow a clock that is set while the process runs.
    const fine = performance.timeOrigin + this.#start
    const { coarse, uncertainty } = this.#read()
    const ms = Math.abs(fine - coarse) > MAX_DRIFT_MS + uncertainty ? coarse : fine
    const seconds = Math.floor(ms / 1000)
    return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) % SECOND }
  }

  /** Real time at the clock's epoch by the system clock, in ms since 1970, and its largest error beside the fraction that Date.now() omits. */
  #read(): { readonly coarse: number; readonly uncertainty: number } {
    let best = { coarse: NaN, uncertainty: Infinity }
    for (let reading = 0; reading < READINGS; reading++) {
      const before = performance.now()
      const system = Date.now()
      const uncertainty = (performance.now() - before) / 2
      if (uncertainty < best.uncertainty) best = { coarse: system - (before + uncertainty - this.#start), uncertainty }
    }
    return best
  }
}
