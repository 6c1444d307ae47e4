import type { RemoteInfo, Socket } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import { createRunFacts, type EngineFacts, type RunFacts } from '../../facts/run.ts'
import type { Outbox } from '../../machines/machine.ts'
import { Prober } from '../../machines/prober.ts'
import { createInbox, createOutbox } from '../batch.ts'
import { Clock } from '../clock.ts'
import { DropCounters } from '../drop-counters.ts'
import { keyedEnvironment } from '../macs.ts'
import { hasFixedPorts } from '../local-port.ts'
import type { ProberSockets, Running } from '../port.ts'
import { ReceiveFailures } from './receive-failures.ts'
import { Loop } from './loop.ts'
import { setMessage } from './message-row.ts'
import { anyHost, openSocket, openSocketNow, type OpenSocket } from '../open-socket.ts'
import { createDeferred } from './deferred.ts'
import { PROBE_ROOM, ProbeSocket, probeSocketPlan, refuseOptions } from './probe-socket.ts'

/** Number of sockets opened at the same time. */
const OPENING_AT_ONCE = 64
const NOTHING = new Uint8Array(0)
/** Longest time that sending waits for room in a socket's send buffer. After that its probes are refused. */
const MAX_WAIT: Nanos = SECOND

/** Runs a prober on node:dgram with one connected socket per client, on the caller's event loop. */
export async function probeOnDgram(
  plan: ProbePlan,
  sockets: ProberSockets,
  engine: EngineFacts,
  onArrival?: () => void,
): Promise<Running<RunFacts>> {
  refuseOptions(sockets)
  const facts = createRunFacts(plan, engine)
  const run = new DgramProbe(plan, sockets, facts, onArrival)
  await run.open()
  return run.start()
}

class DgramProbe {
  readonly #plan: ProbePlan
  readonly #sockets: ProberSockets
  readonly #facts: RunFacts
  readonly #clock = new Clock()
  readonly #counters = new DropCounters()
  readonly #failures: ReceiveFailures
  readonly #inbox = createInbox(1)
  /** By source number (facts/source.ts). */
  readonly #open: (ProbeSocket | undefined)[] = []
  /** The sender whose full buffer the loop waits for. */
  #awaited: ProbeSocket | undefined
  /** Peers that answered the unconnected socket, by flow number. */
  readonly #strayPeers: Address[] = []
  #stray: Promise<Socket> | undefined
  readonly #machine: Prober
  readonly #onArrival: (() => void) | undefined
  #loop: Loop | undefined

  constructor(plan: ProbePlan, sockets: ProberSockets, facts: RunFacts, onArrival: (() => void) | undefined) {
    this.#onArrival = onArrival
    this.#plan = plan
    this.#sockets = sockets
    this.#facts = facts
    this.#failures = new ReceiveFailures(this.#clock, facts.receiveErrors, () => this.#stop())
    const peer = (flow: number): Address => this.#strayPeers[flow] ?? sockets.target
    const drops = (socket: number): number | undefined => {
      const local = this.#open[socket]?.bound
      return local === undefined ? undefined : this.#counters.read(local, sockets.target)
    }
    const open = (source: number): number | undefined => this.#openSource(source)
    const keyed = keyedEnvironment(plan.protocol, sockets)
    this.#machine = new Prober(plan, { peer, drops, open, epoch: () => this.#clock.epoch(), ...keyed }, facts)
  }

  async open(): Promise<void> {
    try {
      for (let first = 0; first < this.#plan.clients; first += OPENING_AT_ONCE) {
        const batch = Array.from({ length: Math.min(OPENING_AT_ONCE, this.#plan.clients - first) }, (_, i) =>
          this.#openClient(first + i),
        )
        const opened = await Promise.allSettled(batch)
        for (const one of opened) if (one.status === 'rejected') throw one.reason
      }
    } catch (error) {
      for (const socket of this.#open) socket?.close()
      throw error
    }
  }

  start(): Running<RunFacts> {
    const { promise, settle } = createDeferred()
    const finished = (): void => {
      void this.#close().then(() => settle())
    }
    const loop = new Loop(this.#machine, this.#clock, createOutbox(1, PROBE_ROOM), true, this.#flush, finished)
    this.#loop = loop
    loop.pump()
    return {
      facts: this.#facts,
      bound: this.#open.slice(0, this.#plan.clients).flatMap(socket => (socket === undefined ? [] : [socket.bound])),
      stop: () => this.#stop(),
      done: promise,
    }
  }

  async #openClient(number: number): Promise<void> {
    const { port } = this.#keep(number, await openSocket(this.#socketPlan(number)))
    const client = this.#facts.clients[number]
    if (client !== undefined) client.port = port
  }

  /** If the user gave a port, or no socket can be opened, the client keeps its ports. */
  #openSource(number: number): number | undefined {
    const socket = hasFixedPorts(this.#sockets) ? undefined : openSocketNow(this.#socketPlan(number))
    return socket === undefined ? undefined : this.#keep(number, socket).port
  }

  #socketPlan(number: number): OpenSocket {
    return probeSocketPlan(this.#sockets, bytes => this.#receive(number, bytes, 0), number)
  }

  #keep(number: number, socket: Socket): Address {
    const kept = new ProbeSocket(socket, this.#sockets.target.family, {
      unreachable: (errno, before) => this.#unreachable(number, errno, before),
      refused: (token, errno) => {
        this.#machine.refused(number, token, 1, errno, this.#clock.now())
        this.#loop?.pump()
      },
      // An error that persists is permanent, and no further probes are sent.
      failed: error => this.#failures.failed(error),
    })
    this.#open[number] = kept
    return kept.bound
  }

  #receive(socket: number, bytes: Uint8Array, flow: number): void {
    this.#failures.reset()
    const inbox = this.#inbox
    const now = this.#clock.now()
    setMessage(inbox, bytes, bytes.length, bytes.length, socket, flow, now)
    this.#machine.receive(inbox, now)
    this.#onArrival?.()
    this.#loop?.pump()
  }

  #stop(): void {
    this.#machine.stop()
    this.#loop?.pump()
  }

  #unreachable(socket: number, errno: number, before?: number): void {
    const { family } = this.#sockets.target
    const error = before === undefined ? { errno, family } : { errno, before, family }
    this.#machine.unreachable(socket, error, NOTHING, this.#clock.now())
    this.#onArrival?.()
    this.#loop?.pump()
  }

  readonly #flush = (outbox: Outbox): void => {
    for (let m = 0; m < outbox.count; m++) {
      const at = outbox.at[m] ?? 0
      // Copy, because libuv may queue the bytes while the outbox is written again.
      const bytes = Buffer.from(outbox.bytes.subarray(at, at + (outbox.size[m] ?? 0)))
      const number = outbox.socket[m] ?? 0
      if (number === this.#plan.clients) void this.#sendUnconnected(bytes)
      else this.#send(number, bytes, outbox.token[m] ?? 0)
    }
  }

  #send(number: number, bytes: Buffer, token: number): void {
    const socket = this.#open[number]
    if (socket === undefined) return
    const wasFull = socket.full
    socket.send(bytes, token, () => {
      if (this.#awaited === socket && !socket.full) this.#release()
    })
    if (wasFull || !socket.full) return
    this.#awaited = socket
    this.#loop?.hold(this.#clock.now() + MAX_WAIT)
  }

  #release(): void {
    this.#awaited = undefined
    this.#loop?.release()
  }

  async #sendUnconnected(bytes: Buffer): Promise<void> {
    const { target, recvBuffer } = this.#sockets
    const onMessage = (_: Buffer, from: RemoteInfo): void => {
      const flow = this.#strayPeers.push({ address: from.address, port: from.port, family: target.family }) - 1
      this.#receive(this.#plan.clients, NOTHING, flow)
    }
    try {
      const host = this.#sockets.bind?.host ?? anyHost(target.family)
      this.#stray ??= openSocket({ family: target.family, host, port: 0, recvBuffer, onMessage })
      const socket = await this.#stray
      socket.on('error', () => {})
      socket.send(bytes, target.port, target.address, () => {})
    } catch {
      // Best effort: if the socket cannot be opened, skip the stray-reply check.
      this.#stray = undefined
    }
  }

  async #close(): Promise<void> {
    // Closing books waiting datagrams as refused.
    for (const socket of this.#open) socket?.close()
    if (this.#stray === undefined) return
    const stray = await this.#stray
    stray.close()
  }
}
