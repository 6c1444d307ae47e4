import type { Address } from '../../../base/address.ts'
import { MILLISECOND } from '../../../base/nanos.ts'
import { createOutbox, type WritableInbox } from '../../batch.ts'
import { POLLFD_SIZE, POLLIN } from '../system/abi.ts'
import { Arena, type Region } from '../system/arena.ts'
import { FlowTable } from '../socket/flow-table.ts'
import type { Libc } from '../system/libc.ts'
import { ReceiveBatch } from '../socket/receive-batch.ts'
import { SendBatch } from '../socket/send-batch.ts'
import { KernelSocket, type KernelSocketPlan } from '../socket/socket.ts'

const ROWS = 4
const ROOM = 65_535
const FLOWS = 8
/** On loopback a datagram normally has arrived when the send call returns. Wait this long for a kernel that defers it. */
const MAX_WAIT = 500 * MILLISECOND
/** Report real time unchanged. */
const SINCE_1970 = { seconds: 0, nanos: 0 }

/** One end of an exchange between two sockets of this process. */
export interface TestSocket {
  readonly socket: KernelSocket
  /** Receives what has come. Waits for the first datagram. The next call overwrites the inbox. */
  take(): WritableInbox
  /** Returns the errno of a refused send, 0 if all was accepted. */
  send(size: number, stride?: number): number
  /** Sends back what was received last. */
  answer(): void
}

/** Sockets of this host that exchange datagrams, to find out what the kernel can do. */
export class Loopback {
  readonly libc: Libc
  readonly #open: KernelSocket[] = []

  constructor(libc: Libc) {
    this.libc = libc
  }

  /** Opens a socket. `readSize` is the number of bytes that it reads of each datagram. */
  open(plan: Partial<KernelSocketPlan> = {}, readSize = ROOM): TestSocket {
    const { family = 'udp4', connectTo } = plan
    const host = family === 'udp4' ? '127.0.0.1' : '::1'
    const socket = this.own(
      KernelSocket.open(this.libc, { family, host, port: 0, role: 'server', recvBuffer: 1 << 20, ...plan }),
    )
    return new LoopbackSocket(this.libc, socket, connectTo, readSize)
  }

  /** Registers a socket to close at the end. */
  own(socket: KernelSocket): KernelSocket {
    this.#open.push(socket)
    return socket
  }

  close(): void {
    for (const socket of this.#open) socket.close()
  }
}

class LoopbackSocket implements TestSocket {
  readonly socket: KernelSocket
  readonly #libc: Libc
  readonly #receive: ReceiveBatch
  readonly #send: SendBatch
  readonly #outbox: ReturnType<typeof createOutbox>
  readonly #poll: Region
  readonly #arena: Arena
  #errno = 0

  constructor(libc: Libc, socket: KernelSocket, connectTo: Address | undefined, readSize: number) {
    this.#libc = libc
    this.socket = socket
    const rows = { rows: ROWS, room: ROOM, readSize }
    const peers = { family: socket.bound.family, most: FLOWS, local: socket.reportsLocal }
    const size = ReceiveBatch.bytes(rows) + SendBatch.bytes(ROWS) + FlowTable.bytes(peers) + ROOM + 1024
    const arena = new Arena(libc, size)
    this.#arena = arena
    const flows = connectTo === undefined ? new FlowTable(arena, peers, libc, () => {}) : undefined
    const known = flows === undefined ? {} : { flows }
    this.#receive = new ReceiveBatch(libc, arena, { ...rows, ...known })
    const refused = (_row: number, _first: number, _count: number, errno: number): void => {
      this.#errno = errno
    }
    // A train that leaves one by one fails the trial.
    const splits = (_row: number, errno: number): void => {
      this.#errno = errno
    }
    this.#send = new SendBatch(libc, arena, { rows: ROWS, refused, splits, ...known })
    const out = arena.allocate(ROOM)
    this.#outbox = createOutbox(1, ROOM, arena.bytes.subarray(out.at, out.at + ROOM))
    this.#poll = arena.allocate(POLLFD_SIZE + 16)
  }

  take(): WritableInbox {
    this.#wait()
    this.#receive.take(this.socket.fd, 0, -1, SINCE_1970)
    return this.#receive.inbox
  }

  send(size: number, stride = size): number {
    this.#errno = 0
    this.#outbox.size[0] = size
    this.#outbox.stride[0] = stride
    this.#send.send(this.socket.fd, this.#outbox, 0, 1)
    return this.#errno
  }

  answer(): void {
    const { inbox } = this.#receive
    this.#send.send(this.socket.fd, inbox, 0, inbox.count)
  }

  #wait(): void {
    const { words } = this.#arena
    const { at, address } = this.#poll
    words[at >> 2] = this.socket.fd
    words[(at >> 2) + 1] = POLLIN
    this.#arena.setPointer(at + POLLFD_SIZE, 0)
    this.#arena.setPointer(at + POLLFD_SIZE + 8, MAX_WAIT)
    this.#libc.ppoll(address, 1, address + POLLFD_SIZE)
  }
}
