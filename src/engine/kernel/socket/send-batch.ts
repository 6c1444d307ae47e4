import type { Outbox } from '../../../machines/machine.ts'
import {
  EAGAIN,
  ECONNREFUSED,
  EINTR,
  IOVEC_SIZE,
  IOV_BASE,
  IOV_LEN,
  MMSGHDR_SIZE,
  MOST_MESSAGES,
  MSG_CONTROL,
  MSG_CONTROLLEN,
  MSG_DONTWAIT,
  MSG_IOV,
  MSG_IOVLEN,
  MSG_NAME,
  MSG_NAMELEN,
  MSG_NOSIGNAL,
} from '../system/abi.ts'
import { fault, type Arena, type Region } from '../system/arena.ts'
import { SEND_CONTROL_ROOM, writeHops, writeSegment } from './control-messages.ts'
import type { FlowTable } from './flow-table.ts'
import type { Libc } from '../system/libc.ts'
import { SERVER_HOPS } from './socket.ts'

/** Rows to send, as an outbox has them; answers are rows of an inbox, with `keep` as their size. */
export type Rows = Pick<Outbox, 'bytes' | 'at' | 'size' | 'stride' | 'flow' | 'hops'>

export interface SendBatchPlan {
  /** Messages of one call at most; the kernel takes no more than 1024. */
  readonly rows: number
  /** Knows where rows go and from which address of ours; absent on sockets that are connected. */
  readonly flows?: FlowTable
  /** The kernel refused all `count` datagrams of a row twice. */
  readonly refused: (row: number, count: number, errno: number) => void
}

/** A refusal that is never the datagram's own but told of an earlier one's ICMP error; so many may wait at a socket, and no more are believed. */
const MOST_STALE = 64
const NOTHING = -1

/** Sends rows, many with one sendmmsg(2). A row of several datagrams leaves as one message that the kernel cuts (UDP_SEGMENT, udp(7)). */
export class SendBatch {
  readonly #libc: Libc
  readonly #arena: Arena
  readonly #plan: SendBatchPlan
  readonly #most: number
  readonly #headers: Region
  readonly #vectors: Region
  readonly #controls: Region
  readonly #row: Int32Array
  /** The memory of the rows that were sent last, and where it begins in the arena. */
  #memory: Uint8Array | undefined
  #start = 0
  /** What a message has in its header already, from the time before: where its bytes lie in the arena, and its flow. */
  readonly #bytesAt: Int32Array
  readonly #flow: Int32Array

  constructor(libc: Libc, arena: Arena, plan: SendBatchPlan) {
    const { rows, flows } = plan
    if (!Number.isInteger(rows) || rows < 1) throw fault(`a batch cannot have ${rows} rows`)
    this.#libc = libc
    this.#arena = arena
    this.#plan = plan
    this.#most = Math.min(rows, MOST_MESSAGES)
    this.#headers = arena.carve(this.#most * MMSGHDR_SIZE)
    this.#vectors = arena.carve(this.#most * IOVEC_SIZE)
    this.#controls = arena.carve(this.#most * SEND_CONTROL_ROOM)
    this.#row = new Int32Array(this.#most)
    this.#bytesAt = new Int32Array(this.#most).fill(NOTHING)
    this.#flow = new Int32Array(this.#most).fill(NOTHING)
    for (let n = 0; n < this.#most; n++) {
      const header = this.#headers.offsetOf(n * MMSGHDR_SIZE, MMSGHDR_SIZE)
      arena.setPointer(header + MSG_IOV, this.#vectors.addressOf(n * IOVEC_SIZE, IOVEC_SIZE))
      arena.setPointer(header + MSG_IOVLEN, 1)
      arena.words[(header + MSG_NAMELEN) >> 2] = flows?.nameLength ?? 0
    }
  }

  /** What a batch takes of the arena. */
  static bytes(rows: number): number {
    return rows * (MMSGHDR_SIZE + IOVEC_SIZE + SEND_CONTROL_ROOM) + 3 * 64
  }

  /**
   * Sends rows `from` … `to` − 1, of those only the ones that are 1 in `only`. Gives the first row that could not be sent because the
   * socket takes no more now (poll for POLLOUT and go on from there), or `to`: each row was sent, or told as refused.
   */
  send(fd: number, rows: Rows, from: number, to: number, only?: Uint8Array): number {
    if (rows.bytes !== this.#memory) this.#enter(rows.bytes)
    for (let next = from; next < to;) {
      let count = 0
      for (; next < to && count < this.#most; next++) {
        if (only === undefined || only[next] === 1) this.#prepare(count++, rows, next)
      }
      const done = this.#flush(fd, rows, count)
      if (done < count) return this.#row[done] ?? from
    }
    return to
  }

  /** Asking an array for its buffer takes longer than all else that is done for a datagram, so each is asked once. */
  #enter(bytes: Uint8Array): void {
    if (bytes.buffer !== this.#arena.memory.buffer) throw fault('the rows are not in the arena')
    this.#memory = bytes
    this.#start = bytes.byteOffset
  }

  /** Makes message `n` of row `m`. */
  #prepare(n: number, rows: Rows, m: number): void {
    const { words } = this.#arena
    const at = rows.at[m] ?? 0
    const size = rows.size[m] ?? 0
    if (at < 0 || size < 0 || at + size > rows.bytes.length) throw fault(`row ${m} is not in its memory`)
    this.#row[n] = m
    if (this.#bytesAt[n] !== this.#start + at) this.#point(n, this.#start + at)
    words[(this.#vectors.at + n * IOVEC_SIZE + IOV_LEN) >> 2] = size
    const flow = rows.flow[m] ?? 0
    if (this.#flow[n] !== flow) this.#name(n, flow)
    const header = this.#headers.at + n * MMSGHDR_SIZE
    words[(header + MSG_CONTROLLEN) >> 2] = this.#writeControl(n, flow, rows.hops[m] ?? 0, size, rows.stride[m] ?? 0)
  }

  #point(n: number, at: number): void {
    this.#bytesAt[n] = at
    this.#arena.setPointer(this.#vectors.at + n * IOVEC_SIZE + IOV_BASE, this.#arena.address + at)
  }

  #name(n: number, flow: number): void {
    const { flows } = this.#plan
    const at = this.#headers.at + n * MMSGHDR_SIZE + MSG_NAME
    // Throws where there is no such flow: then the header names another still.
    if (flows !== undefined) this.#arena.setPointer(at, flows.nameAddress(flow))
    this.#flow[n] = flow
  }

  /** What the kernel has to be told with message `n`; the length of that, most often 0. */
  #writeControl(n: number, flow: number, hops: number, size: number, stride: number): number {
    const { flows } = this.#plan
    const needsHops = flows !== undefined && hops > 0 && hops !== SERVER_HOPS
    const isTrain = stride > 0 && stride < size
    let length = flows?.sourceLength(flow) ?? 0
    if (!needsHops && !isTrain && length === 0) return 0
    let control = flows?.sourceAt(flow) ?? 0
    if (needsHops || isTrain) {
      const { words } = this.#arena
      const own = this.#controls.at + n * SEND_CONTROL_ROOM
      words.copyWithin(own >> 2, control >> 2, (control + length) >> 2)
      if (needsHops) length += writeHops(words, own + length, hops, flows.isIp6(flow))
      if (isTrain) length += writeSegment(words, own + length, stride)
      control = own
    }
    this.#arena.setPointer(this.#headers.at + n * MMSGHDR_SIZE + MSG_CONTROL, this.#arena.address + control)
    return length
  }

  /** Sends the first `count` messages that were prepared; gives how many of them were sent or refused. */
  #flush(fd: number, rows: Rows, count: number): number {
    let done = 0
    /** The message that failed once. */
    let failed = -1
    let stale = 0
    while (done < count) {
      const address = this.#headers.address + done * MMSGHDR_SIZE
      const result = this.#libc.sendmmsg(fd, address, count - done, MSG_DONTWAIT | MSG_NOSIGNAL)
      if (result > 0) {
        done += result
        // A short count hides the errno of the message that failed: it failed once (sendmmsg(2), BUGS).
        failed = done
      } else if (result === -EAGAIN) {
        return done
      } else if (result === -ECONNREFUSED && stale < MOST_STALE) {
        stale++
      } else if (result !== -EINTR && failed !== done) {
        failed = done
      } else if (result !== -EINTR) {
        this.refuse(rows, this.#row[done++] ?? 0, -result)
      }
    }
    return done
  }

  /** Tells that a row is not sent, however often it was tried. */
  refuse(rows: Rows, row: number, errno: number): void {
    const size = rows.size[row] ?? 0
    const stride = rows.stride[row] ?? 0
    this.#plan.refused(row, stride > 0 && stride < size ? Math.ceil(size / stride) : 1, errno)
  }
}
