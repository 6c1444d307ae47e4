import { SECOND, type Nanos } from '../../base/nanos.ts'
import { stateCode, stateOf, type Slot } from './slot.ts'
import type { SlotState } from './view.ts'

/** Most cells of a strip: more than the columns of any terminal. */
export const MOST_CELLS = 300
/** A ring also holds the slots of the last minute. */
const MINUTE: Nanos = 60 * SECOND
/** Slots of a very short interval are 25 bytes each, so a minute of a probe each millisecond has 1.5 MB. */
const MOST_SLOTS = 2 ** 16

/** Gets what windows and strips need of a slot (`rtt` is NaN without a reply). Returns whether it wants further slots. */
export type SlotVisitor = (due: Nanos, state: SlotState, rtt: Nanos) => boolean

/** Number of the latest slots of which strips and windows are made. */
export function recentSlots(interval: Nanos): number {
  return Math.min(MOST_SLOTS, Math.max(MOST_CELLS, Math.ceil(MINUTE / interval) + 2))
}

/** The latest final slots of a flow, in columns of a fixed length. */
export class SlotRing {
  readonly #capacity: number
  readonly #due: Float64Array
  readonly #rtt: Float64Array
  readonly #state: Uint8Array
  #count = 0

  constructor(interval: Nanos) {
    this.#capacity = recentSlots(interval)
    this.#due = new Float64Array(this.#capacity)
    this.#rtt = new Float64Array(this.#capacity)
    this.#state = new Uint8Array(this.#capacity)
  }

  get bytes(): number {
    return this.#due.byteLength + this.#rtt.byteLength + this.#state.byteLength
  }

  push({ due, state, rtt }: Slot): void {
    const place = this.#count % this.#capacity
    this.#due[place] = due
    this.#rtt[place] = rtt
    this.#state[place] = stateCode(state)
    this.#count += 1
  }

  /** The slots from the latest to earlier ones, until `visit` returns false. */
  visitBackwards(visit: SlotVisitor): void {
    const last = Math.max(0, this.#count - this.#capacity)
    for (let n = this.#count - 1; n >= last; n--) {
      const place = n % this.#capacity
      if (!visit(this.#due[place] ?? 0, stateOf(this.#state[place]), this.#rtt[place] ?? NaN)) return
    }
  }
}
