import { execFileSync } from 'node:child_process'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { Address, Family } from '../../../../src/base/address.ts'
import { createOutbox, type WritableInbox } from '../../../../src/engine/batch.ts'
import { Arena } from '../../../../src/engine/kernel/system/arena.ts'
import { FlowTable } from '../../../../src/engine/kernel/socket/flow-table.ts'
import { loadLibc, type Libc } from '../../../../src/engine/kernel/system/libc.ts'
import { ReceiveBatch, type ReceiveBatchPlan } from '../../../../src/engine/kernel/socket/receive-batch.ts'
import type { Rows } from '../../../../src/engine/kernel/socket/rows.ts'
import { SendBatch } from '../../../../src/engine/kernel/socket/send-batch.ts'
import { KernelSocket, type KernelSocketPlan } from '../../../../src/engine/kernel/socket/socket.ts'

const loaded = loadLibc()
const here = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
if (loaded.missing !== undefined) {
  // A supported machine without the engine would test nothing, so in CI that is a failure, not a skip.
  if (here && process.env['CI']) throw new Error(`no kernel engine: ${loaded.missing}`)
  console.warn(`skipped: no kernel engine: ${loaded.missing}`)
}

/** Tests that need the kernel engine are skipped. */
export const kernelMissing: boolean = loaded.missing !== undefined

export function testLibc(): Libc {
  if (loaded.missing !== undefined) throw new Error(loaded.missing)
  return loaded.libc
}

export interface End {
  readonly libc: Libc
  readonly arena: Arena
  readonly flows: FlowTable
  readonly socket: KernelSocket
  readonly receive: ReceiveBatch
  readonly inbox: WritableInbox
  /** Row, first datagram, number of datagrams, and errno of each refusal. */
  readonly refusals: (readonly [number, number, number, number])[]
  /** Rows that were sent one datagram at a time. */
  readonly splits: number[]
  /** Receives what has arrived, up to a batch. */
  take(): number
  /** Receives until this number of messages has come, and calls `look` with each batch. */
  until(messages: number, look?: (inbox: WritableInbox) => void): Promise<void>
  send(rows: Rows, from: number, to: number, only?: Uint8Array): number
  bytes(row: number): Uint8Array
}

/** A kernel socket on loopback, closed at the end of the test. */
export function openEnd(plan: Partial<KernelSocketPlan> = {}, batch: Partial<ReceiveBatchPlan> = {}): End {
  const libc = testLibc()
  const { family = 'udp4', connectTo } = plan
  const host = family === 'udp4' ? '127.0.0.1' : '::1'
  const socket = KernelSocket.open(libc, { family, host, port: 0, role: 'server', recvBuffer: 1 << 21, ...plan })
  onTestFinished(() => socket.close())
  const arena = new Arena(libc, 1 << 24)
  const flows = new FlowTable(arena, { family, most: 100, local: socket.reportsLocal }, libc, () => {})
  const known = connectTo === undefined ? { flows } : {}
  const receive = new ReceiveBatch(libc, arena, { rows: 64, room: 65_535, ...known, ...batch })
  const refusals: (readonly [number, number, number, number])[] = []
  const splits: number[] = []
  const sender = new SendBatch(libc, arena, {
    rows: 64,
    ...known,
    refused: (...what) => refusals.push(what),
    splits: row => splits.push(row),
  })
  const take = (): number => receive.take(socket.fd, 3, -1, { seconds: 0, nanos: 0 })
  const { inbox } = receive
  return {
    libc,
    arena,
    flows,
    socket,
    receive,
    inbox,
    refusals,
    splits,
    take,
    until: async (messages, look = () => {}) => {
      for (let all = 0; all < messages;) {
        const taken = take()
        if (taken < 0) throw new Error(`errno ${-taken}`)
        if (taken > 0) look(inbox)
        else await new Promise(setImmediate)
        all += taken
      }
    },
    send: (rows, from, to, only) => sender.send(socket.fd, rows, from, to, only),
    bytes: row => {
      const at = inbox.at[row] ?? 0
      return arena.bytes.slice(at, at + (inbox.size[row] ?? 0))
    },
  }
}

/** An outbox in the arena with a row per message. A train has a stride. */
export function outboxOf(
  { arena }: End,
  messages: readonly Uint8Array[],
  stride?: number,
): ReturnType<typeof createOutbox> {
  const room = messages.reduce((sum, { length }) => sum + length, 0)
  const { at: start } = arena.allocate(room)
  const outbox = createOutbox(messages.length, room, arena.bytes.subarray(start, start + room))
  let at = 0
  messages.forEach((bytes, m) => {
    outbox.bytes.set(bytes, at)
    outbox.at[m] = at
    outbox.size[m] = bytes.length
    outbox.stride[m] = stride ?? bytes.length
    at += bytes.length
  })
  outbox.count = messages.length
  return outbox
}

/** Runs a few lines of Python to their end, and returns their output. `args` are sys.argv[1:]. */
export function python(code: string, ...args: readonly (string | number)[]): string {
  return execFileSync('python3', ['-c', code, ...args.map(String)], { encoding: 'utf8', timeout: 50_000 }).trim()
}

export interface Peer {
  readonly socket: Socket
  readonly address: Address
  /** Everything that was received. */
  readonly received: { readonly bytes: Buffer; readonly from: RemoteInfo }[]
  /** Resolves when this number has come. */
  until(count: number): Promise<void>
  /** Sends, and waits until the kernel has the data. */
  send(bytes: Uint8Array, port: number, address: string): Promise<void>
}

/** A socket of node:dgram on loopback. */
export async function openPeer(family: Family = 'udp4'): Promise<Peer> {
  const socket = createSocket(family)
  onTestFinished(() => void socket.close())
  const received: { bytes: Buffer; from: RemoteInfo }[] = []
  socket.on('message', (bytes, from) => received.push({ bytes, from }))
  socket.bind(0, family === 'udp4' ? '127.0.0.1' : '::1')
  await once(socket, 'listening')
  socket.setRecvBufferSize(1 << 21)
  const { address, port } = socket.address()
  return {
    socket,
    address: { address, port, family },
    received,
    until: async count => {
      while (received.length < count) await once(socket, 'message')
    },
    send: async (bytes, port, address) => {
      await new Promise<void>((resolve, reject) => {
        socket.send(bytes, port, address, error => (error === null ? resolve() : reject(error)))
      })
    },
  }
}

/** Bytes of which neighbours differ. */
export function pattern(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed * 31 + (i >> 8)) & 255)
}
