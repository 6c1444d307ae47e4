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
  /** Messages of one call at most. */
  readonly rows: number
  /** Bytes of memory for each: a message, or an answer in its place. With GRO a message may have 65 535. */
  readonly room: number
  /** The kernel itself cuts each message here, as recvfrom(N) does; absent: at `room`. */
  readonly readSize?: number
  /** Numbers the senders; absent on sockets that are connected. */
  readonly flows?: FlowTable
}

/**
 * Takes what has arrived at a socket, many messages with one recvmmsg(2), and stores all that the kernel reports of each in the columns of
 * an inbox. All that the kernel writes to was laid out at construction; a call allocates nothing.
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
  /** Rows that the last call wrote to: their lengths have to be set anew. */
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

  /** What a batch takes of the arena. */
  static bytes({ rows, room }: ReceiveBatchPlan): number {
    return rows * (MMSGHDR_SIZE + IOVEC_SIZE + NAME_ROOM + RECEIVE_CONTROL_ROOM + rowSize(room)) + 5 * 64
  }

  /**
   * Takes up to `most` messages without waiting and fills the inbox with them. Gives their number; 0: nothing had arrived; below 0:
   * −errno, an error that waited at the socket (it is taken away by being told). `now` is the time of arrival where the kernel put no
   * stamp on a message, `epoch` the real time at the driver's epoch, which turns stamps into the driver's time.
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
      // With MSG_TRUNC the length that comes back is the true one (recv(2)).
      MSG_DONTWAIT | MSG_TRUNC,
    )
    if (taken < 0) return taken === -EAGAIN ? 0 : taken
    this.#used = taken
    for (let m = 0; m < taken; m++) this.#fill(m, socket, now, epoch)
    inbox.count = taken
    return taken
  }

  /** The kernel overwrites the lengths of what it was offered with those of what it gave. */
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

/** Rows begin on cache lines, but not all on the same ones: with a power of two between them, they would drive each other out. */
function rowSize(room: number): number {
  return (Math.ceil(room / 64) + 1) * 64
}
