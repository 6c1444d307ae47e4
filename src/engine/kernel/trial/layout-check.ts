import { messageOf } from '../../../base/thrown.ts'
import { endianness } from 'node:os'
import { errnoName } from '../../../base/errno.ts'
import { Arena } from '../system/arena.ts'
import { createOutbox } from '../../batch.ts'
import { FlowTable } from '../socket/flow-table.ts'
import type { Libc } from '../system/libc.ts'
import { ReceiveBatch } from '../socket/receive-batch.ts'
import { SendBatch } from '../socket/send-batch.ts'
import { KernelSocket } from '../socket/socket.ts'

const SENT = Uint8Array.of(1, 2, 3, 4, 5)
/** The receiver reads this number of bytes, so the datagram must be truncated and its length reported. */
const READ = 3
const ROOM = 64
const TTL = 77
const ROWS = 2

/**
 * Compares the layouts of `abi.ts` with this kernel and this libc: a real datagram is sent and received with them, and all results must be
 * the expected ones. Returns the reason if one is not. The engine is not used then, because it would read wrong data.
 */
export function layoutMismatch(libc: Libc): string | undefined {
  if (endianness() !== 'LE') return 'it knows little-endian machines only'
  let socket: KernelSocket | undefined
  try {
    socket = KernelSocket.open(libc, {
      family: 'udp4',
      host: '127.0.0.1',
      port: 0,
      role: 'server',
      recvBuffer: 65_536,
      ttl: TTL,
    })
    return roundTrip(libc, socket)
  } catch (error) {
    return `a socket on 127.0.0.1 cannot be tried: ${messageOf(error)}`
  } finally {
    socket?.close()
  }
}

function roundTrip(libc: Libc, socket: KernelSocket): string | undefined {
  const arena = new Arena(libc, 65_536)
  const flows = new FlowTable(arena, { family: 'udp4', most: 1, local: socket.reportsLocal }, libc, () => {})
  let refusal = 0
  const send = new SendBatch(libc, arena, {
    rows: ROWS,
    flows,
    refused: (_row, _first, _count, errno) => {
      refusal = errno
    },
  })
  const receive = new ReceiveBatch(libc, arena, { rows: ROWS, room: ROOM, readSize: READ, flows })
  const { inbox } = receive
  const out = arena.allocate(ROOM)
  const outbox = createOutbox(1, ROOM, arena.bytes.subarray(out.at, out.at + ROOM))
  outbox.bytes.set(SENT)
  outbox.size[0] = SENT.length
  outbox.stride[0] = SENT.length
  outbox.flow[0] = flows.enter(socket.bound)
  send.send(socket.fd, outbox, 0, 1)
  if (refusal !== 0) return `a datagram to 127.0.0.1 cannot be sent: ${errnoName(refusal)}`
  const taken = receive.take(socket.fd, 0, -1, { seconds: 0, nanos: 0 })
  const at = inbox.at[0] ?? 0
  const observed: readonly (readonly [what: string, is: unknown, due: unknown])[] = [
    ['messages of recvmmsg', taken, 1],
    ['length', inbox.whole[0], SENT.length],
    ['bytes', arena.bytes.subarray(at, at + SENT.length).join(), '1,2,3,0,0'],
    ['sender', flows.peer(inbox.flow[0] ?? 0).port, socket.bound.port],
    ['flow', inbox.flow[0], outbox.flow[0]],
    ['time to live', inbox.ttl[0], TTL],
  ]
  const wrong = observed.find(([, is, due]) => is !== due)
  if (wrong === undefined) return undefined
  const [what, is, due] = wrong
  return `a datagram sent to ourselves came back wrong: ${what} ${String(is)} where ${String(due)} was due`
}
