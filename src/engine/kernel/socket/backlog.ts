import { SECOND, type Nanos } from '../../../base/nanos.ts'
import { EAGAIN } from '../system/abi.ts'
import type { Rows } from './rows.ts'
import type { SendBatch } from './send-batch.ts'

/** A socket whose send buffer is full for this time is stuck (an interface without a carrier). Its rows are refused. */
const MAX_WAIT: Nanos = SECOND

/** Rows that wait to be sent. If the send buffer is full, the next row waits for room. */
export class Backlog {
  readonly #maxWait: Nanos
  readonly #together: boolean
  /** The first row that was not sent. */
  next = 0
  /** When the waiting row is refused. Infinity if none waits. */
  until: Nanos = Infinity

  /** @param together the wait is for all rows up to `to`, and is not extended when a row is sent */
  constructor(maxWait: Nanos = MAX_WAIT, together = false) {
    this.#maxWait = maxWait
    this.#together = together
  }

  /** Sends rows from `next` to `to` − 1. False if the socket takes no more now: then it must be called again. */
  send(batch: SendBatch, fd: number, rows: Rows, to: number, now: Nanos, only?: Uint8Array): boolean {
    for (;;) {
      const before = this.next
      if (before < to) this.next = batch.send(fd, rows, before, to, only)
      if (this.next >= to) break
      if (this.until === Infinity || (this.next > before && !this.#together)) this.until = now + this.#maxWait
      if (now < this.until) return false
      batch.refuse(rows, this.next, EAGAIN)
      this.next += 1
    }
    this.until = Infinity
    return true
  }
}
