import type { Address } from '../base/address.ts'
import { checkedLibc, KernelSocket, PlainSocket, type Libc } from '../engine/system-calls.ts'
import type { LessonVerdict } from '../verdict/lesson.ts'
import { planTcpServe, type TcpServeOptions } from '../runs/tcp-serve/plan.ts'
import { startTcpServe, type TcpServeRun } from '../runs/tcp-serve/run.ts'
import { TcpServer, type Serve } from './tcp-server.ts'
import { settled } from './settled.ts'
import type { Text } from './text.ts'
import { Reader } from './reader.ts'
import { UdpEnd, type UdpPlan } from './udp-end.ts'
import { TIMEOUT_MS } from './with-timeout.ts'

/** Data sent between two sockets of this host is in the receiving kernel after this time, ms. On loopback it usually is when the call returns. */
const SETTLED_MS = 50

/** An observation, and whether it agrees with the claim. */
export interface Seen {
  readonly text: Text
  readonly verdict: LessonVerdict
}

/** Thrown by a lesson that cannot run here. The lesson is then skipped. */
export class Skipped extends Error {
  override readonly name = 'Skipped'
  readonly reason: Text

  constructor(reason: Text) {
    super(reason.en)
    this.reason = reason
  }
}

/** The environment of a lesson: sockets of this host, which are closed at its end, and a record of observations. */
export class Stage {
  readonly seen: Seen[] = []
  readonly #closers: (() => Promise<void> | void)[] = []
  readonly #kernel: ReturnType<typeof checkedLibc>

  /** `kernel` replaces the system calls of this machine. */
  constructor(kernel: ReturnType<typeof checkedLibc> = checkedLibc()) {
    this.#kernel = kernel
  }

  /** Records an observation. `holds`: the claim agrees with it. */
  saw(holds: boolean, text: Text): void {
    this.seen.push({ text, verdict: holds ? 'pass' : 'fail' })
  }

  /** Records what cannot be shown on this machine, and why. The lesson continues. */
  lacks(text: Text): void {
    this.seen.push({ text, verdict: 'skipped' })
  }

  /** The system calls of this kernel, or the reason in `missing`. */
  get kernel():
    { readonly libc: Libc; readonly missing?: never } | { readonly libc?: never; readonly missing: string } {
    return this.#kernel
  }

  /** Waits until sent data has arrived. */
  async settle(): Promise<void> {
    await settled(SETTLED_MS)
  }

  /** Waits until this is so, up to 20 seconds. */
  async until(isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS
    while (!isSo() && performance.now() < deadline) await this.settle()
  }

  async udp(plan: UdpPlan = {}): Promise<UdpEnd> {
    const end = await UdpEnd.open(plan)
    return this.keep(end, () => end.close())
  }

  /** A UDP port of this host without a socket: it was just closed. */
  async closedPort(): Promise<Address> {
    const end = await UdpEnd.open({})
    await end.close()
    return end.address
  }

  /** A UDP socket with one system call per method, each of a chosen size. */
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

  /** The real `udptool tcp serve` on a free port. */
  async tcpServe(options: TcpServeOptions): Promise<TcpServeRun> {
    const server = await startTcpServe(planTcpServe({ port: 0, ...options }))
    return this.keep(server, async () => {
      server.stop()
      await server.done
    })
  }

  /** A connection. `sizes` are the read sizes in order, and the last one repeats. */
  async connect(at: TcpServer['at'], sizes: readonly number[]): Promise<Reader> {
    const reader = await Reader.connect(at, sizes)
    return this.keep(reader, () => reader.close())
  }

  /** Registers a resource to close at the end of the lesson, in reverse order. */
  keep<T>(resource: T, close: () => Promise<void> | void): T {
    this.#closers.push(close)
    return resource
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close()
  }
}
