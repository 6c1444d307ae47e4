import { SECOND, type Nanos } from '../base/nanos.ts'
import type { Environment } from './machine.ts'

/** How long a reading is used: a system clock may be set while a server runs. */
const EPOCH_AGE: Nanos = SECOND

/** Real time (UTC) at the driver's epoch, read again after a while. */
export class RealEpoch {
  readonly #environment: Pick<Environment, 'epoch'>
  #epoch: ReturnType<Environment['epoch']> = { seconds: 0, nanos: 0 }
  #until: Nanos = -Infinity

  constructor(environment: Pick<Environment, 'epoch'>) {
    this.#environment = environment
  }

  /** By a reading that is not older than EPOCH_AGE. */
  at(now: Nanos): ReturnType<Environment['epoch']> {
    if (now >= this.#until) {
      this.#epoch = this.#environment.epoch()
      this.#until = now + EPOCH_AGE
    }
    return this.#epoch
  }
}
