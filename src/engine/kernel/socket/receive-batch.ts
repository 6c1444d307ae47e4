import { SECOND, type Nanos } from '../../../base/nanos.ts'
import { UNSEEN, type Environment } from '../../../machines/machine.ts'
import { createInbox, type WritableInbox } from '../../batch.ts'
import {
  EAGAIN,
  IOVEC_SIZE,
  IOV_BASE,
  IOV_LEN,
  MMSGHDR_SIZE,
  MSG_CONTROL,
  MSG_CONTROLLEN,
  MSG_DONTWAIT,
  MSG_FLAGS,
  MSG_IOV,
  MSG_IOVLEN,
  MSG_LEN,
  MSG_NAME,
  MSG_NAMELEN,
  MSG_TRUNC,
} from '../system/abi.ts'
import { fault, type Arena } from '../system/arena.ts'
import { ControlMessages, RECEIVE_CONTROL_ROOM } from './control-messages.ts'
import type { FlowTable } from './flow-table.ts'
import type { Libc } from '../system/libc.ts'

const NAME_ROOM = 32

export interface ReceiveBatchPlan {
  /** Maximum messages per call. */
  readonly rows: number
  /** Bytes for each message, or for an answer in its place. With GRO a message may have 65 535. */
  readonly room: number
  /** The kernel truncates each message to this length, as recvfrom(N) does. Absent: to `room`. */
  readonly readSize?: number
  /** Numbers the senders. Absent on connected sockets. */
  readonly flows?: FlowTable
}

/**
 * Receives what has arrived at a socket, many messages per recvmmsg(2), and stores everything that the kernel reports about each in the
 * columns of an inbox. All memory that the kernel writes to is laid out by the constructor, and a call allocates nothing.
 */
export class ReceiveBatch {
  readonly inbox: WritableInbox
  readonly #libc: Libc
  readonly #words: Int32Array
  readonly #plan: ReceiveBatchPlan
  readonly #read: number
  readonly #control: ControlMessages
  readonly #headers: number
  readonly #headersAddress: number
  readonly #names: number
  readonly #controls: number
  readonly #nameLength: number
  /** Rows that the last call wrote to, whose lengths must be reset. */
  #used: number

  constructor(libc: Libc, arena: Arena, plan: ReceiveBatchPlan) {
    const { rows, room, readSize = room, flows } = plan
    if (!Number.isInteger(rows) || rows < 1) throw fault(`a batch cannot have ${rows} rows`)
    if (!Number.isInteger(readSize) || readSize < 0 || readSize > room) throw fault(`${readSize} bytes of ${room}`)
    this.#libc = libc
    this.#words = arena.words
    this.#plan = plan
    this.#read = readSize
    this.#control = new ControlMessages(arena.bytes, arena.words)
    this.#nameLength = flows?.nameLength ?? 0
    const headers = arena.allocate(rows * MMSGHDR_SIZE)
    const vectors = arena.allocate(rows * IOVEC_SIZE)
    const names = arena.allocate(rows * NAME_ROOM)
    const controls = arena.allocate(rows * RECEIVE_CONTROL_ROOM)
    const bytes = arena.allocate(rows * rowSize(room))
    this.#headers = headers.at
    this.#headersAddress = headers.address
    this.#names = names.at
    this.#controls = controls.at
    this.#used = rows
    this.inbox = createInbox(rows, arena.bytes)
    for (let m = 0; m < rows; m++) {
      const header = headers.offsetOf(m * MMSGHDR_SIZE, MMSGHDR_SIZE)
      const vector = vectors.offsetOf(m * IOVEC_SIZE, IOVEC_SIZE)
      const at = bytes.offsetOf(m * rowSize(room), room)
      this.inbox.at[m] = at
      arena.setPointer(vector + IOV_BASE, bytes.addressOf(m * rowSize(room), readSize))
      arena.setPointer(vector + IOV_LEN, readSize)
      const name = names.addressOf(m * NAME_ROOM, NAME_ROOM)
      arena.setPointer(header + MSG_NAME, flows === undefined ? 0 : name)
      arena.setPointer(header + MSG_IOV, vectors.addressOf(m * IOVEC_SIZE, IOVEC_SIZE))
      arena.setPointer(header + MSG_IOVLEN, 1)
      const control = controls.addressOf(m * RECEIVE_CONTROL_ROOM, RECEIVE_CONTROL_ROOM)
      arena.setPointer(header + MSG_CONTROL, control)
    }
  }

  /** Bytes of the arena that a batch needs. */
  static bytes({ rows, room }: ReceiveBatchPlan): number {
    return rows * (MMSGHDR_SIZE + IOVEC_SIZE + NAME_ROOM + RECEIVE_CONTROL_ROOM + rowSize(room)) + 5 * 64
  }

  /**
   * Receives up to `most` messages without waiting, and fills the inbox. Returns their number. 0: nothing had arrived. Below 0: −errno of
   * an error pending at the socket, which is thereby cleared. `now` is the time of arrival of a message without a stamp. `epoch` is real
   * time at the driver's epoch, which converts stamps to the driver's time.
   */
  take(
    fd: number,
    socket: number,
    now: Nanos,
    epoch: ReturnType<Environment['epoch']>,
    most = this.#plan.rows,
  ): number {
    this.#reset()
    const { inbox } = this
    inbox.count = 0
    const taken = this.#libc.recvmmsg(
      fd,
      this.#headersAddress,
      Math.min(most, this.#plan.rows),
      // With MSG_TRUNC the kernel returns the true length (recv(2)).
      MSG_DONTWAIT | MSG_TRUNC,
    )
    if (taken < 0) return taken === -EAGAIN ? 0 : taken
    this.#used = taken
    for (let m = 0; m < taken; m++) this.#fill(m, socket, now, epoch)
    inbox.count = taken
    return taken
  }

  /** The kernel overwrites the lengths of the buffers with the lengths of what it wrote. */
  #reset(): void {
    const words = this.#words
    for (let m = 0; m < this.#used; m++) {
      const header = (this.#headers + m * MMSGHDR_SIZE) >> 2
      words[header + (MSG_NAMELEN >> 2)] = this.#nameLength
      words[header + (MSG_CONTROLLEN >> 2)] = RECEIVE_CONTROL_ROOM
      words[header + (MSG_FLAGS >> 2)] = 0
    }
    this.#used = 0
  }

  #fill(m: number, socket: number, now: Nanos, epoch: ReturnType<Environment['epoch']>): void {
    const { inbox } = this
    const header = (this.#headers + m * MMSGHDR_SIZE) >> 2
    const whole = this.#words[header + (MSG_LEN >> 2)] ?? 0
    const size = Math.min(whole, this.#read)
    const control = this.#control
    const controls = this.#controls + m * RECEIVE_CONTROL_ROOM
    control.read(controls, this.#words[header + (MSG_CONTROLLEN >> 2)] ?? 0)
    inbox.size[m] = size
    inbox.stride[m] = control.segment > 0 && control.segment < size ? control.segment : size
    inbox.whole[m] = whole
    inbox.socket[m] = socket
    inbox.flow[m] = this.#plan.flows?.find(this.#names + m * NAME_ROOM, control) ?? 0
    inbox.arrived[m] =
      control.seconds === UNSEEN ? now : (control.seconds - epoch.seconds) * SECOND + control.nanos - epoch.nanos
    inbox.drops[m] = control.drops
    inbox.tos[m] = control.tos
    inbox.ttl[m] = control.ttl
    inbox.fragment[m] = control.fragment
    inbox.answer[m] = 0
  }
}

/** Rows begin on cache lines, but with a distance that is not a power of two, because then they would map to the same cache sets. */
function rowSize(room: number): number {
  return (Math.ceil(room / 64) + 1) * 64
}
