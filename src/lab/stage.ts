import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../base/address.ts'
import { checkedLibc, KernelSocket, PlainSocket, type Libc } from '../engine/system-calls.ts'
import type { LessonVerdict } from '../verdict/lesson.ts'
import { planTcpServe, type TcpServeOptions } from '../runs/tcp-serve/plan.ts'
import { startTcpServe, type TcpServeRun } from '../runs/tcp-serve/run.ts'
import { TcpServer, type Serve } from './tcp-server.ts'
import type { Text } from './text.ts'
import { Reader } from './reader.ts'
import { UdpEnd, type UdpPlan } from './udp-end.ts'

/** What has left one socket of this host has reached the other after so long, ms; on loopback it has as a rule when the call returns. */
const SETTLED_MS = 50

/** Something that was seen, and whether it agrees with the claim. */
export interface Seen {
  readonly text: Text
  readonly verdict: LessonVerdict
}

/** Thrown by a lesson that cannot be given here: it is then neither passed nor failed. */
export class Skipped extends Error {
  override readonly name = 'Skipped'
  readonly reason: Text

  constructor(reason: Text) {
    super(reason.en)
    this.reason = reason
  }
}

/** What a lesson plays on: sockets of this host, closed when it is over, and a record of what was seen. */
export class Stage {
  readonly seen: Seen[] = []
  readonly #closers: (() => Promise<void> | void)[] = []
  readonly #kernel: ReturnType<typeof checkedLibc>

  /** `kernel` is given where another than this machine's is to be used, or none. */
  constructor(kernel: ReturnType<typeof checkedLibc> = checkedLibc()) {
    this.#kernel = kernel
  }

  /** Records what was seen; `holds`: the claim allows it. */
  saw(holds: boolean, text: Text): void {
    this.seen.push({ text, verdict: holds ? 'pass' : 'fail' })
  }

  /** Records what cannot be shown on this machine, and why; the rest of the lesson goes on. */
  lacks(text: Text): void {
    this.seen.push({ text, verdict: 'skipped' })
  }

  /** The calls of this kernel, where they can be made; else the reason in `missing`. */
  get kernel():
    { readonly libc: Libc; readonly missing?: never } | { readonly libc?: never; readonly missing: string } {
    return this.#kernel
  }

  /** Waits until what was sent has arrived. */
  async settle(): Promise<void> {
    await sleep(SETTLED_MS)
  }

  async udp(plan: UdpPlan = {}): Promise<UdpEnd> {
    const end = await UdpEnd.open(plan)
    return this.keep(end, () => end.close())
  }

  /** A UDP port of this host that nobody has: it was ours until now. */
  async closedPort(): Promise<Address> {
    const end = await UdpEnd.open({})
    await end.close()
    return end.address
  }

  /** A UDP socket of which each call and its size is ours. */
  kernelUdp(libc: Libc, connectTo?: Address): { readonly socket: PlainSocket; readonly address: Address } {
    const plan = { family: 'udp4', host: '127.0.0.1', port: 0, role: 'server', recvBuffer: 65_536 } as const
    const kernel = KernelSocket.open(libc, connectTo === undefined ? plan : { ...plan, connectTo })
    const socket = PlainSocket.over(libc, kernel)
    return { socket: this.keep(socket, () => socket.close()), address: kernel.bound }
  }

  /** A server that calls `serve` with each connection. `at` is a path, or an address with port 0. */
  async listen(serve: Serve, at?: TcpServer['at']): Promise<TcpServer> {
    const server = await TcpServer.open(serve, at)
    return this.keep(server, () => server.close())
  }

  /** `udptool tcp serve`, as it is, on a free port. */
  async tcpServe(options: TcpServeOptions): Promise<TcpServeRun> {
    const server = await startTcpServe(planTcpServe({ port: 0, ...options }))
    return this.keep(server, async () => {
      server.stop()
      await server.done
    })
  }

  /** A connection of which the first reads have these sizes, and the others the last of them. */
  async connect(at: TcpServer['at'], sizes: readonly number[]): Promise<Reader> {
    const reader = await Reader.connect(at, sizes)
    return this.keep(reader, () => reader.close())
  }

  /** Something that is undone when the lesson is over, the last first. */
  keep<T>(resource: T, close: () => Promise<void> | void): T {
    this.#closers.push(close)
    return resource
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close()
  }
}
