import type { Nanos } from '../../../base/nanos.ts'
import type { FlowLosses } from '../../../ledger/flow-difference.ts'
import { isLost, isSettled, type Slot } from '../slot.ts'
import type { SlotState } from '../view.ts'

const COLUMNS = 3

/** Losses in a socket buffer belong to one socket, and refusals to this host, so they are none of the path. */
const OFF_PATH: ReadonlySet<SlotState> = new Set<SlotState>([
  'refused',
  'lostServerBuffer',
  'lostServerPolicy',
  'lostClientBuffer',
])

/** Probes and losses on the path of one flow in periods of a fixed length, of which the latest are kept. */
export class FlowPeriods {
  /** When its latest final slot was due. */
  latest: Nanos = -Infinity
  readonly #length: Nanos
  readonly #periods: number
  /** Number of the period that a place holds. */
  readonly #numbers: Float64Array
  /** Settled and lost probes, and runs of losses that began. */
  readonly #counts: Uint32Array
  #wasLost = false

  constructor(length: Nanos, periods: number) {
    this.#length = length
    this.#periods = periods
    this.#numbers = new Float64Array(periods).fill(-Infinity)
    this.#counts = new Uint32Array(COLUMNS * periods)
  }

  get bytes(): number {
    return this.#numbers.byteLength + this.#counts.byteLength
  }

  /** The next final slot. */
  push({ due, state }: Slot): void {
    this.latest = Math.max(this.latest, due)
    if (!isSettled(state)) return
    const isLoss = isLost(state) || state === 'unreachable'
    if (OFF_PATH.has(state)) return
    const number = Math.floor(due / this.#length)
    const place = ((number % this.#periods) + this.#periods) % this.#periods
    const at = COLUMNS * place
    const held = this.#numbers[place] ?? -Infinity
    if (held > number) return
    if (held < number) {
      this.#numbers[place] = number
      this.#counts.fill(0, at, at + COLUMNS)
    }
    this.#add(at, 1)
    if (isLoss) this.#add(at + 1, 1)
    if (isLoss && !this.#wasLost) this.#add(at + 2, 1)
    this.#wasLost = isLoss
  }

  /** The sums of the periods from one number to another, which is not included. */
  sum(from: number, until: number): FlowLosses {
    let [settled, lost, runs] = [0, 0, 0]
    for (let place = 0; place < this.#periods; place++) {
      const number = this.#numbers[place] ?? -Infinity
      if (number < from || number >= until) continue
      const at = COLUMNS * place
      settled += this.#counts[at] ?? 0
      lost += this.#counts[at + 1] ?? 0
      runs += this.#counts[at + 2] ?? 0
    }
    // A run that goes on from before is one too.
    return { settled, lost, runs: lost === 0 ? 0 : Math.max(1, runs) }
  }

  #add(at: number, count: number): void {
    this.#counts[at] = (this.#counts[at] ?? 0) + count
  }
}
