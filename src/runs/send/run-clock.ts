import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { Clock } from '../../engine/clock.ts'
import { realTimeMs, type RunFacts } from '../../facts/run.ts'

/** The clock of the engine that runs probes, read from this thread. */
export class RunClock {
  readonly #facts: RunFacts
  readonly #clock = new Clock()
  /** The engine's clock minus ours. Measured once, because the system clock may be set during the run. */
  #ahead: Nanos | undefined

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  /** Undefined until the engine has begun. */
  now(): Nanos | undefined {
    const { epoch } = this.#facts
    if (epoch === undefined) return undefined
    this.#ahead ??= (realTimeMs(this.#clock.epoch(), 0) - realTimeMs(epoch, 0)) * MILLISECOND
    return this.#clock.now() + this.#ahead
  }

  /** A moment of the engine's clock in real time: ms since 1970. */
  realTimeMs(moment: Nanos): number {
    return realTimeMs(this.#facts.epoch ?? this.#clock.epoch(), moment)
  }
}
