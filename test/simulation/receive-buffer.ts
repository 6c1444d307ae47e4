import type { Nanos } from '../../src/base/nanos.ts'
import { UNSEEN } from '../../src/machines/machine.ts'
import { createInbox, type WritableInbox } from '../../src/engine/batch.ts'
import type { BufferRules } from './network.ts'
import type { Parcel } from './path.ts'
import type { World } from './world.ts'

/** Rows that a machine gets at once: more than one, so that its batches are tried too. */
const ROWS = 8

interface Waiting {
  readonly parcel: Parcel
  readonly arrived: Nanos
  /** The drop counter as it was when this was queued. */
  readonly drops: number
}

export interface Batch {
  readonly inbox: WritableInbox
  /** What lies in each row. */
  readonly parcels: readonly Parcel[]
}

/** A socket's receive buffer, with the counter of what found it full, and the moments at which the program looks into it. */
export class ReceiveBuffer {
  drops = 0
  readonly #world: World
  readonly #rules: BufferRules
  readonly #observable: boolean
  readonly #look: () => void
  #waiting: Waiting[] = []
  #looking = false

  /** `look` is called when the program may take what waits. */
  constructor(world: World, rules: BufferRules | undefined, observable: boolean, look: () => void) {
    this.#world = world
    this.#rules = rules ?? { datagrams: Infinity, pause: 0 }
    this.#observable = observable
    this.#look = look
  }

  push(parcel: Parcel): void {
    if (this.#waiting.length >= this.#rules.datagrams) {
      this.drops += 1
      parcel.leg.fate = 'overflowed'
      parcel.counts.overflowed += 1
      return
    }
    this.#waiting.push({ parcel, arrived: this.#world.now, drops: this.drops })
    if (this.#looking) return
    this.#looking = true
    const { now } = this.#world
    const { pause } = this.#rules
    this.#world.at(pause === 0 ? now : (Math.floor(now / pause) + 1) * pause, () => {
      this.#looking = false
      this.#look()
    })
  }

  /** Takes the oldest datagrams out, each cut to `readSize` bytes; undefined: none waits. */
  take(flowOf: (parcel: Parcel) => number, readSize = Infinity): Batch | undefined {
    const taken = this.#waiting.splice(0, ROWS)
    if (taken.length === 0) return undefined
    const room = taken.reduce((sum, { parcel }) => sum + Math.min(parcel.bytes.length, readSize), 0)
    // Not a byte to spare: a machine that writes an answer longer than its row spoils the next one, and is found out.
    const inbox = createInbox(taken.length, new Uint8Array(room))
    let used = 0
    taken.forEach(({ parcel, arrived, drops }, row) => {
      const size = Math.min(parcel.bytes.length, readSize)
      inbox.bytes.set(parcel.bytes.subarray(0, size), used)
      inbox.at[row] = used
      inbox.size[row] = size
      inbox.stride[row] = size
      inbox.whole[row] = parcel.bytes.length
      inbox.socket[row] = parcel.path.socket
      inbox.flow[row] = flowOf(parcel)
      inbox.arrived[row] = arrived
      inbox.drops[row] = this.#observable ? drops : UNSEEN
      used += size
      parcel.leg.fate = 'delivered'
      parcel.counts.delivered += 1
    })
    inbox.count = taken.length
    return { inbox, parcels: taken.map(({ parcel }) => parcel) }
  }

  /** Nobody will look any more. */
  close(): void {
    for (const { parcel } of this.#waiting) parcel.leg.fate = 'closed'
    this.#waiting = []
  }
}
