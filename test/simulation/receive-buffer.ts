import type { Nanos } from '../../src/base/nanos.ts'
import { UNSEEN } from '../../src/machines/machine.ts'
import { createInbox, type WritableInbox } from '../../src/engine/batch.ts'
import type { BufferRules } from './network.ts'
import type { Packet } from './path.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Rows of a batch: several, so that machines are tested with batches. */
const ROWS = 8

interface Waiting {
  readonly packet: Packet
  readonly arrived: Nanos
  /** The drop counter when this was queued. */
  readonly drops: number
}

export interface Batch {
  readonly inbox: WritableInbox
  /** The packet of each row. */
  readonly packets: readonly Packet[]
}

/** A socket's receive buffer, with its drop counter and the times at which the program reads it. */
export class ReceiveBuffer {
  drops = 0
  readonly #time: VirtualTime
  readonly #rules: BufferRules
  readonly #observable: boolean
  readonly #onReadable: () => void
  #waiting: Waiting[] = []
  #scheduled = false

  /** `onReadable` is called when the program may read waiting datagrams. */
  constructor(time: VirtualTime, rules: BufferRules | undefined, observable: boolean, onReadable: () => void) {
    this.#time = time
    this.#rules = rules ?? { datagrams: Infinity, pause: 0 }
    this.#observable = observable
    this.#onReadable = onReadable
  }

  push(packet: Packet): void {
    if (this.#waiting.length >= this.#rules.datagrams) {
      this.drops += 1
      packet.record.fate = 'overflowed'
      packet.counts.overflowed += 1
      return
    }
    this.#waiting.push({ packet, arrived: this.#time.now, drops: this.drops })
    if (this.#scheduled) return
    this.#scheduled = true
    const { now } = this.#time
    const { pause } = this.#rules
    this.#time.at(pause === 0 ? now : (Math.floor(now / pause) + 1) * pause, () => {
      this.#scheduled = false
      this.#onReadable()
    })
  }

  /** Removes the oldest datagrams, each truncated to `readSize` bytes. Undefined if none waits. */
  take(flowOf: (packet: Packet) => number, readSize = Infinity): Batch | undefined {
    const taken = this.#waiting.splice(0, ROWS)
    if (taken.length === 0) return undefined
    const room = taken.reduce((sum, { packet }) => sum + Math.min(packet.bytes.length, readSize), 0)
    // Exactly the bytes of the rows, so that an answer longer than its row overwrites the next one, and tests find it.
    const inbox = createInbox(taken.length, new Uint8Array(room))
    let used = 0
    taken.forEach(({ packet, arrived, drops }, row) => {
      const size = Math.min(packet.bytes.length, readSize)
      inbox.bytes.set(packet.bytes.subarray(0, size), used)
      inbox.at[row] = used
      inbox.size[row] = size
      inbox.stride[row] = size
      inbox.whole[row] = packet.bytes.length
      inbox.socket[row] = packet.path.socket
      inbox.flow[row] = flowOf(packet)
      inbox.arrived[row] = arrived
      inbox.drops[row] = this.#observable ? drops : UNSEEN
      used += size
      packet.record.fate = 'delivered'
      packet.counts.delivered += 1
    })
    inbox.count = taken.length
    return { inbox, packets: taken.map(({ packet }) => packet) }
  }

  /** The program has closed the socket. */
  close(): void {
    for (const { packet } of this.#waiting) packet.record.fate = 'closed'
    this.#waiting = []
  }
}
