import { toMs, type Nanos } from '../../base/nanos.ts'
import { percentileRank } from '../../ledger/percentile.ts'
import { isLost, isSettled } from './slot.ts'
import type { RttFigures, SlotState, WindowFigures } from './view.ts'

/** Figures of the slots of a period. Percentiles are exact. */
export class WindowFold {
  settled = 0
  lost = 0
  missed = 0
  readonly #rtts: Nanos[] = []

  /** @param rtt NaN: no reply */
  push(state: SlotState, rtt: Nanos, repeat = 1): void {
    if (state === 'missed') this.missed += repeat
    if (!isSettled(state)) return
    this.settled += 1
    if (isLost(state)) this.lost += 1
    // A reply that was stamped before its probe has no round trip.
    else if (rtt >= 0) this.#rtts.push(rtt)
  }

  result(): WindowFigures {
    const { settled, lost, missed, rtt } = this
    return { settled, lost, missed, ...(rtt === undefined ? {} : { rtt }) }
  }

  /** Undefined: no reply. */
  get rtt(): RttFigures | undefined {
    const count = this.#rtts.length
    if (count === 0) return undefined
    const sorted = Float64Array.from(this.#rtts).sort()
    const ranked = (p: number): number => toMs(sorted[percentileRank(p, count) - 1] ?? NaN)
    return { minMs: ranked(0), p50Ms: ranked(0.5), p99Ms: ranked(0.99), maxMs: ranked(1) }
  }
}
