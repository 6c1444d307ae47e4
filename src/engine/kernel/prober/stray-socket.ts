import type { Address } from '../../../base/address.ts'
import type { Nanos } from '../../../base/nanos.ts'
import type { Outbox, Environment } from '../../../machines/machine.ts'
import { createOutbox, type WritableInbox } from '../../batch.ts'
import type { ProberSockets } from '../../port.ts'
import { Arena } from '../system/arena.ts'
import { MESSAGE_ROOM } from '../socket/batch-size.ts'
import { FlowTable } from '../socket/flow-table.ts'
import type { Libc } from '../system/libc.ts'
import { ReceiveBatch } from '../socket/receive-batch.ts'
import { SendBatch } from '../socket/send-batch.ts'
import { KernelSocket } from '../socket/socket.ts'

const ROWS = 4
/** Largest number of senders that are distinguished. */
const FLOWS = 64

/** An unconnected socket of a prober, which receives replies from other addresses than the target. */
export class StraySocket {
  readonly fd: number
  readonly #socket: KernelSocket
  readonly #flows: FlowTable
  readonly #receive: ReceiveBatch
  readonly #send: SendBatch
  readonly #outbox: Outbox

  /** Throws where no socket can be opened. */
  constructor(libc: Libc, { target, bind, recvBuffer }: ProberSockets) {
    const host = bind?.host ?? (target.family === 'udp4' ? '0.0.0.0' : '::')
    // Not with the role `prober`, because ICMP errors are not read here.
    this.#socket = KernelSocket.open(libc, { family: target.family, host, port: 0, role: 'server', recvBuffer })
    this.fd = this.#socket.fd
    const rows = { rows: ROWS, room: MESSAGE_ROOM }
    const known = { family: target.family, most: FLOWS, local: this.#socket.reportsLocal }
    const size = ReceiveBatch.bytes(rows) + SendBatch.bytes(1) + FlowTable.bytes(known) + MESSAGE_ROOM + 64
    const arena = new Arena(libc, size)
    this.#flows = new FlowTable(arena, known, libc, () => {})
    this.#receive = new ReceiveBatch(libc, arena, { ...rows, flows: this.#flows })
    this.#send = new SendBatch(libc, arena, { rows: 1, flows: this.#flows, refused: () => {} })
    const out = arena.allocate(MESSAGE_ROOM)
    this.#outbox = createOutbox(1, MESSAGE_ROOM, arena.bytes.subarray(out.at, out.at + MESSAGE_ROOM))
  }

  get inbox(): WritableInbox {
    return this.#receive.inbox
  }

  /** Sends a row of the prober's outbox to its target. A datagram that the kernel refuses is not retried. */
  send(outbox: Outbox, row: number, target: Address): void {
    const at = outbox.at[row] ?? 0
    const size = outbox.size[row] ?? 0
    this.#outbox.bytes.set(outbox.bytes.subarray(at, at + size))
    this.#outbox.size[0] = size
    this.#outbox.stride[0] = size
    this.#outbox.flow[0] = this.#flows.enter(target)
    this.#send.send(this.fd, this.#outbox, 0, 1)
  }

  take(socket: number, now: Nanos, epoch: ReturnType<Environment['epoch']>): number {
    return this.#receive.take(this.fd, socket, now, epoch)
  }

  peer(flow: number): Address {
    return this.#flows.peer(flow)
  }

  close(): void {
    this.#socket.close()
  }
}
