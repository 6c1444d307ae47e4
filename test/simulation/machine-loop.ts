import type { Nanos } from '../../src/base/nanos.ts'
import type { Machine, Outbox } from '../../src/machines/machine.ts'
import { createOutbox } from '../../src/engine/batch.ts'
import type { Process, VirtualTime } from './virtual-time.ts'

const ROWS = 16
/** A few datagrams of maximum size, so that machines get a full outbox. */
const ROOM = 4 * 65_536
/** A machine that requests this number of immediate calls without sending is stuck. */
const MOST_IDLE_TURNS = 1000

/** The loop of one machine: calls it at the times that it requests. */
export class MachineLoop implements Process {
  wake: Nanos
  readonly #time: VirtualTime
  readonly #machine: Pick<Machine, 'send' | 'closed'>
  readonly #outbox: Outbox = createOutbox(ROWS, ROOM)
  readonly #flush: (outbox: Outbox, row: number) => void
  readonly #closed: () => void

  constructor(
    time: VirtualTime,
    machine: Pick<Machine, 'send' | 'closed'>,
    flush: (outbox: Outbox, row: number) => void,
    closed: () => void = () => {},
  ) {
    this.#time = time
    this.#machine = machine
    this.#flush = flush
    this.#closed = closed
    this.wake = time.now
    time.add(this)
  }

  turn(): void {
    const { now } = this.#time
    if (this.#machine.closed) return
    for (let idle = 0; idle < MOST_IDLE_TURNS; idle++) {
      const next = this.#machine.send(this.#outbox, now)
      for (let row = 0; row < this.#outbox.count; row++) this.#flush(this.#outbox, row)
      if (this.#machine.closed) return this.#end()
      if (this.#outbox.count > 0) idle = 0
      else if (next > now) {
        this.wake = next
        return
      }
    }
    throw new Error(`a machine requests immediate calls without end at ${now} ns`)
  }

  #end(): void {
    this.wake = Infinity
    this.#time.remove(this)
    this.#closed()
  }
}
