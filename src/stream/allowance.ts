import { SECOND, type Nanos } from '../base/nanos.ts'

/** The minimum rate of a peer (`--min-rate`). */
export interface MinRate {
  /** Bytes a second; 0: any. */
  readonly bytesPerSecond: number
  /** How long it may be slower at a stretch. */
  readonly over: Nanos
}

/**
 * A token bucket of time. Waiting for the peer uses it up, and each byte that moves adds the time that it may take at the minimum rate. So
 * neither bursts nor a byte now and then hide a peer that is too slow on average.
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

  /** How long a wait may last at whose end so many bytes will have moved. */
  limit(bytes: number): Nanos {
    return this.#perByte === Infinity ? Infinity : this.#left + bytes * this.#perByte
  }

  /** Notes a wait, and the bytes that moved in it. */
  spend(waited: Nanos, bytes: number): void {
    if (this.#perByte === Infinity) return
    this.#left = Math.min(this.#most, Math.max(0, this.#left - waited + bytes * this.#perByte))
  }
}
