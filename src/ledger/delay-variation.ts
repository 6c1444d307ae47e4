import type { Nanos } from '../base/nanos.ts'

/** Delay variation between neighbours in sending order, all in ns. */
export interface IpdvResult {
  /** Pairs of neighbours that both arrived. */
  readonly count: number
  /** Mean of |IPDV|. */
  readonly meanAbs: Nanos
  readonly min: Nanos
  readonly max: Nanos
  /** Signed mean: near 0 unless the delay itself drifts. */
  readonly mean: Nanos
}

/**
 * Inter-packet delay variation (RFC 3393 section 2; RFC 5481 section 4.1): D(i) − D(i−1) in *sending* order, whatever
 * the order of arrival. Undefined where either packet was lost: no pair reaches across a loss.
 */
export class Ipdv {
  #previous: Nanos | undefined
  #count = 0
  #sum = 0
  #sumAbs = 0
  #min = Infinity
  #max = -Infinity

  /** The delay of the next packet in sending order, undefined: lost. Gives the packet's IPDV. */
  push(delay: Nanos | undefined): Nanos | undefined {
    const previous = this.#previous
    this.#previous = delay
    if (delay === undefined || previous === undefined) return undefined
    const variation = delay - previous
    this.#count++
    this.#sum += variation
    this.#sumAbs += Math.abs(variation)
    if (variation < this.#min) this.#min = variation
    if (variation > this.#max) this.#max = variation
    return variation
  }

  /** Undefined while no two neighbours arrived. */
  result(): IpdvResult | undefined {
    const count = this.#count
    if (count === 0) return undefined
    return { count, meanAbs: this.#sumAbs / count, min: this.#min, max: this.#max, mean: this.#sum / count }
  }
}

/** Packet delay variation (RFC 5481 section 4.2): D(i) − the smallest delay of the sample; undefined where lost. */
export function pdv(delays: readonly (Nanos | undefined)[]): (Nanos | undefined)[] {
  let min = Infinity
  for (const delay of delays) if (delay !== undefined && delay < min) min = delay
  return delays.map(delay => (delay === undefined ? undefined : delay - min))
}
