import type { Nanos } from '../base/nanos.ts'
import { EXAMINED_ROWS, type Codec } from './codec.ts'
import type { Inbox } from './machine.ts'

/**
 * The datagram of an inbox that a machine handles now: all or part of row `m`. One such cursor moves over all datagrams of an inbox, so a
 * datagram allocates nothing.
 */
export class Datagram {
  readonly inbox: Inbox
  readonly now: Nanos
  /** Row of the inbox. */
  m = 0
  /** Its index in the codec's examined datagrams. */
  seen = 0
  /** Its first byte in `bytes`. */
  at = 0
  /** Bytes that the program read. */
  size = 0
  readonly #codec: Codec
  /** The first byte after the row. */
  #end = 0
  #stride = 0

  constructor(inbox: Inbox, now: Nanos, codec: Codec) {
    this.inbox = inbox
    this.now = now
    this.#codec = codec
  }

  /** Moves to the first datagram of row `m`. A row of zero bytes is one datagram too. */
  begin(m: number): void {
    const { at, size, stride } = this.inbox
    this.m = m
    this.#stride = stride[m] ?? 0
    this.#end = (at[m] ?? 0) + (size[m] ?? 0)
    this.#examine(at[m] ?? 0)
  }

  /** Moves to the next datagram of the row; false: there is none. */
  next(): boolean {
    const at = this.at + this.#stride
    if (at >= this.#end) return false
    if (this.seen === EXAMINED_ROWS - 1) this.#examine(at)
    else {
      this.seen += 1
      this.#moveTo(at)
    }
    return true
  }

  get bytes(): Uint8Array {
    return this.inbox.bytes
  }

  /** Its length in the kernel. A train in one row is never truncated. */
  get whole(): number {
    const { stride, size, whole } = this.inbox
    return stride[this.m] === size[this.m] ? (whole[this.m] ?? this.size) : this.size
  }

  /** Time of arrival, by the kernel's stamp if there is one. */
  get arrived(): Nanos {
    return this.inbox.arrived[this.m] ?? this.now
  }

  get flow(): number {
    return this.inbox.flow[this.m] ?? 0
  }

  /** Number of the client's socket (facts/source.ts). */
  get socket(): number {
    return this.inbox.socket[this.m] ?? 0
  }

  #examine(at: number): void {
    this.#codec.examine(this.inbox.bytes, at, this.#end - at, this.#stride)
    this.seen = 0
    this.#moveTo(at)
  }

  #moveTo(at: number): void {
    this.at = at
    this.size = this.#stride === 0 ? 0 : Math.min(this.#stride, this.#end - at)
  }
}
