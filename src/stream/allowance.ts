import { SECOND, type Nanos } from '../base/nanos.ts'

/** The minimum rate of a peer (`--min-rate`). */
export interface MinRate {
  /** Bytes a second; 0: no minimum. */
  readonly bytesPerSecond: number
  /** How long the rate may be lower at a stretch. */
  readonly over: Nanos
}

/**
 * A token bucket of time. Waiting for the peer uses it up, and each byte adds the time that it takes at the minimum rate. So neither bursts nor
 * an occasional byte hide a peer that is too slow on average.
 */
export class Allowance {
  readonly #perByte: Nanos
  readonly #most: Nanos
  #left: Nanos

  constructor({ bytesPerSecond, over }: MinRate) {
    this.#perByte = bytesPerSecond === 0 ? Infinity : SECOND / bytesPerSecond
    this.#most = over
    this.#left = over
  }

  /** The maximum duration of a wait in which this many bytes are transferred. */
  limit(bytes: number): Nanos {
    return this.#perByte === Infinity ? Infinity : this.#left + bytes * this.#perByte
  }

  /** Records a wait and the bytes transferred in it. */
  spend(waited: Nanos, bytes: number): void {
    if (this.#perByte === Infinity) return
    this.#left = Math.min(this.#most, Math.max(0, this.#left - waited + bytes * this.#perByte))
  }
}
