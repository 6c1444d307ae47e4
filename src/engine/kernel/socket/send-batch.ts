import {
  EAGAIN,
  ECONNREFUSED,
  EINTR,
  EINVAL,
  EIO,
  EMSGSIZE,
  IOVEC_SIZE,
  IOV_BASE,
  IOV_LEN,
  MMSGHDR_SIZE,
  MAX_MESSAGES,
  MSG_CONTROL,
  MSG_CONTROLLEN,
  MSG_DONTWAIT,
  MSG_IOV,
  MSG_IOVLEN,
  MSG_NAME,
  MSG_NAMELEN,
  MSG_NOSIGNAL,
} from '../system/abi.ts'
import { ICMP_ERRNOS, MAX_TRIES } from '../../icmp-errnos.ts'
import { fault, type Arena, type Region } from '../system/arena.ts'
import { SEND_CONTROL_ROOM, writeMarks, writeSegment } from './control-messages.ts'
import type { FlowTable } from './flow-table.ts'
import type { Libc } from '../system/libc.ts'
import { datagramsOf, type Rows } from './rows.ts'
import { SERVER_HOPS } from './socket.ts'

export interface SendBatchPlan {
  /** Maximum messages per call. The kernel takes no more than 1024. */
  readonly rows: number
  /** Addresses of peers and local addresses. Absent on connected sockets. */
  readonly flows?: FlowTable
  /** ICMP errors reach the socket and may fail any send, as on every connected socket. */
  readonly errors?: boolean
  /** The kernel refused `count` datagrams of a row twice, starting with number `first`. */
  readonly refused: (row: number, first: number, count: number, errno: number) => void
  /** The kernel took no train of this row, so its datagrams are sent one by one. */
  readonly splits?: (row: number, errno: number) => void
}

/**
 * Errors of a train that do not concern its datagrams: the path carries less than one of them in a packet (EMSGSIZE since Linux 6.14,
 * EINVAL before), or an interface on it cannot compute checksums (EIO). Trains are never fragmented (udp(7), UDP_SEGMENT).
 */
const NO_TRAIN: ReadonlySet<number> = new Set([EINVAL, EIO, EMSGSIZE])

/**
 * ECONNREFUSED is never the datagram's own error but from ICMP for an earlier one. At most this number of them are assumed to be pending.
 */
const MAX_STALE = 64
const NOTHING = -1

/** Sends rows, many per sendmmsg(2). A row of several datagrams leaves as one message that the kernel cuts (UDP_SEGMENT, udp(7)). */
export class SendBatch {
  readonly #libc: Libc
  readonly #arena: Arena
  readonly #plan: SendBatchPlan
  readonly #most: number
  readonly #errors: boolean
  /** A call failed or sent too few messages, so the error queue may hold an ICMP error. Cleared by the code that drains it. */
  mayHaveErrors = false
  readonly #headers: Region
  readonly #vectors: Region
  readonly #controls: Region
  /** For each message: its row, its first datagram in the row, and the number of its datagrams. */
  readonly #row: Int32Array
  readonly #first: Int32Array
  readonly #datagrams: Int32Array
  /** The train that is sent one by one, and the number of its datagrams that are done. */
  #split = NOTHING
  #done = 0
  /** The memory of the last rows, and its offset in the arena. */
  #memory: Uint8Array | undefined
  #start = 0
  /** What the header of a message already contains from the last time: the address of its bytes, and its flow. */
  readonly #bytesAt: Int32Array
  readonly #flow: Int32Array

  constructor(libc: Libc, arena: Arena, plan: SendBatchPlan) {
    const { rows, flows } = plan
    if (!Number.isInteger(rows) || rows < 1) throw fault(`a batch cannot have ${rows} rows`)
    this.#libc = libc
    this.#arena = arena
    this.#plan = plan
    this.#errors = plan.errors ?? flows === undefined
    this.#most = Math.min(rows, MAX_MESSAGES)
    this.#headers = arena.allocate(this.#most * MMSGHDR_SIZE)
    this.#vectors = arena.allocate(this.#most * IOVEC_SIZE)
    this.#controls = arena.allocate(this.#most * SEND_CONTROL_ROOM)
    this.#row = new Int32Array(this.#most)
    this.#first = new Int32Array(this.#most)
    this.#datagrams = new Int32Array(this.#most)
    this.#bytesAt = new Int32Array(this.#most).fill(NOTHING)
    this.#flow = new Int32Array(this.#most).fill(NOTHING)
    for (let n = 0; n < this.#most; n++) {
      const header = this.#headers.offsetOf(n * MMSGHDR_SIZE, MMSGHDR_SIZE)
      arena.setPointer(header + MSG_IOV, this.#vectors.addressOf(n * IOVEC_SIZE, IOVEC_SIZE))
      arena.setPointer(header + MSG_IOVLEN, 1)
      arena.words[(header + MSG_NAMELEN) >> 2] = flows?.nameLength ?? 0
    }
  }

  /** Bytes of the arena that a batch needs. */
  static bytes(rows: number): number {
    return rows * (MMSGHDR_SIZE + IOVEC_SIZE + SEND_CONTROL_ROOM) + 3 * 64
  }

  /**
   * Sends rows `from` … `to` − 1, or of those only the ones that are 1 in `only`. Returns the first row that could not be sent because the
   * socket takes no more now (poll for POLLOUT and continue there), or `to` if each row was sent or reported as refused.
   */
  send(fd: number, rows: Rows, from: number, to: number, only?: Uint8Array): number {
    if (rows.bytes !== this.#memory) this.#enter(rows.bytes)
    for (let next = from; next < to;) {
      if (this.#split === next) {
        if (!this.#sendSplit(fd, rows)) return next
        next += 1
        continue
      }
      let count = 0
      for (; next < to && count < this.#most; next++) {
        if (only === undefined || only[next] === 1)
          this.#prepare(count++, rows, next, rows.at[next] ?? 0, rows.size[next] ?? 0, rows.stride[next] ?? 0)
      }
      const done = this.#flush(fd, count)
      if (done === count) continue
      next = this.#row[done] ?? from
      if (this.#split !== next) return next
    }
    return to
  }

  /** Sends the rest of a train that the kernel did not take as one. False if the socket takes no more now. */
  #sendSplit(fd: number, rows: Rows): boolean {
    const row = this.#split
    const [at, size, stride] = [rows.at[row] ?? 0, rows.size[row] ?? 0, rows.stride[row] ?? 0]
    const datagrams = datagramsOf(size, stride)
    while (this.#done < datagrams) {
      let count = 0
      for (let n = this.#done; n < datagrams && count < this.#most; n++) {
        const length = Math.min(stride, size - n * stride)
        this.#prepare(count, rows, row, at + n * stride, length, length)
        this.#first[count++] = n
      }
      const done = this.#flush(fd, count)
      this.#done += done
      if (done < count) return false
    }
    this.#split = NOTHING
    return true
  }

  /** Reading the buffer of an array takes longer than everything else for a datagram, so it is read once per array. */
  #enter(bytes: Uint8Array): void {
    if (bytes.buffer !== this.#arena.memory.buffer) throw fault('the rows are not in the arena')
    this.#memory = bytes
    this.#start = bytes.byteOffset
  }

  /** Makes message `n` from the bytes of row `m` at `at`. */
  #prepare(n: number, rows: Rows, m: number, at: number, size: number, stride: number): void {
    const { words } = this.#arena
    if (at < 0 || size < 0 || at + size > rows.bytes.length) throw fault(`row ${m} is not in its memory`)
    this.#row[n] = m
    this.#first[n] = 0
    this.#datagrams[n] = datagramsOf(size, stride)
    if (this.#bytesAt[n] !== this.#start + at) this.#point(n, this.#start + at)
    words[(this.#vectors.at + n * IOVEC_SIZE + IOV_LEN) >> 2] = size
    const flow = rows.flow[m] ?? 0
    if (this.#flow[n] !== flow) this.#name(n, flow)
    const header = this.#headers.at + n * MMSGHDR_SIZE
    words[(header + MSG_CONTROLLEN) >> 2] = this.#writeControl(n, rows, m, size, stride)
  }

  #point(n: number, at: number): void {
    this.#bytesAt[n] = at
    this.#arena.setPointer(this.#vectors.at + n * IOVEC_SIZE + IOV_BASE, this.#arena.address + at)
  }

  #name(n: number, flow: number): void {
    const { flows } = this.#plan
    const at = this.#headers.at + n * MMSGHDR_SIZE + MSG_NAME
    // Throws if there is no such flow, because the header still has the address of another.
    if (flows !== undefined) this.#arena.setPointer(at, flows.nameAddress(flow))
    this.#flow[n] = flow
  }

  /** Writes the control messages of message `n`, which is of row `m`. Returns their length, mostly 0. */
  #writeControl(n: number, { flow: peers, hops, answerTos }: Rows, m: number, size: number, stride: number): number {
    const { flows } = this.#plan
    const [flow, own, tos] = [peers[m] ?? 0, hops[m] ?? 0, answerTos?.[m] ?? 0]
    const ttl = own === SERVER_HOPS ? 0 : own
    const isMarked = flows !== undefined && (ttl > 0 || tos > 0)
    const isTrain = stride > 0 && stride < size
    let length = flows?.sourceLength(flow) ?? 0
    if (!isMarked && !isTrain && length === 0) return 0
    let control = flows?.sourceAt(flow) ?? 0
    if (isMarked || isTrain) {
      const room = this.#controls.at + n * SEND_CONTROL_ROOM
      this.#arena.words.copyWithin(room >> 2, control >> 2, (control + length) >> 2)
      if (isMarked) length += writeMarks(this.#arena.words, room + length, ttl, tos, flows.isIp6(flow))
      if (isTrain) length += writeSegment(this.#arena.words, room + length, stride)
      control = room
    }
    this.#arena.setPointer(this.#headers.at + n * MMSGHDR_SIZE + MSG_CONTROL, this.#arena.address + control)
    return length
  }

  /**
   * Sends the first `count` prepared messages. Returns how many of them were sent or refused. If fewer than all, the socket takes no more
   * now, or the next one is a train that must be split.
   */
  #flush(fd: number, count: number): number {
    let [done, failures, stale] = [0, 0, 0]
    while (done < count) {
      const address = this.#headers.address + done * MMSGHDR_SIZE
      const result = this.#libc.sendmmsg(fd, address, count - done, MSG_DONTWAIT | MSG_NOSIGNAL)
      if (result !== count - done) this.mayHaveErrors = true
      if (result > 0) {
        done += result
        // A short count hides the errno of the message that failed, so count one failure (sendmmsg(2), BUGS).
        failures = 1
      } else if (result === -EAGAIN) return done
      else if (result === -ECONNREFUSED && stale < MAX_STALE) {
        stale++
      } else if (result !== -EINTR && ++failures > 1) {
        const [row = 0, datagrams = 1] = [this.#row[done], this.#datagrams[done]]
        if (datagrams > 1 && NO_TRAIN.has(-result)) {
          this.#split = row
          this.#done = 0
          this.#plan.splits?.(row, -result)
          return done
        }
        if (this.#errors && ICMP_ERRNOS.has(-result) && failures < MAX_TRIES) continue
        this.#plan.refused(row, this.#first[done++] ?? 0, datagrams, -result)
        failures = 0
      }
    }
    return done
  }

  /** Refuses the rest of a row. */
  refuse(rows: Rows, row: number, errno: number): void {
    const first = this.#split === row ? this.#done : 0
    if (this.#split === row) this.#split = NOTHING
    this.#plan.refused(row, first, datagramsOf(rows.size[row] ?? 0, rows.stride[row] ?? 0) - first, errno)
  }
}
