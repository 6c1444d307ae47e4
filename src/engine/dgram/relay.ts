import type { RemoteInfo, Socket } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import { createRelayFacts } from '../../facts/relay.ts'
import type { Outbox } from '../../machines/machine.ts'
import { FRONT, Relay, UPSTREAM } from '../../machines/relay.ts'
import { createInbox, createOutbox } from '../batch.ts'
import { Clock } from '../clock.ts'
import { DropCounters } from '../drop-counters.ts'
import { readOtherDrops } from '../kernel-counters.ts'
import type { RelaySockets, RunningRelay } from '../port.ts'
import { sendInnocent } from './innocent-send.ts'
import { Loop } from './loop.ts'
import { setMessage } from './message-row.ts'
import { boundAddress, openSocket } from './open-socket.ts'
import { Upstream } from './upstream.ts'
import { Upstreams } from './upstreams.ts'

/** Datagrams passed on before the event loop looks for arrivals, and the bytes of them: two of the largest. */
const ROWS = 16
const ROOM = 2 * 65_536
/** How often idle clients are looked for. */
const SWEEP = SECOND

/** Runs a relay on node:dgram, on the caller's event loop. */
export async function relayOnDgram(plan: RelayPlan, sockets: RelaySockets): Promise<RunningRelay> {
  return new DgramRelay(plan, sockets).open()
}

class DgramRelay {
  readonly #plan: RelayPlan
  readonly #sockets: RelaySockets
  readonly #facts = createRelayFacts()
  readonly #clock = new Clock()
  readonly #counters = new DropCounters()
  readonly #inbox = createInbox(1)
  readonly #clients: Upstreams
  readonly #machine: Relay
  /** Drops of upstream sockets that are closed by now. */
  #closedDrops = 0
  /** What this host's sockets had dropped for another reason than a full buffer when the relay began. */
  readonly #othersBefore: readonly (number | undefined)[]
  #front: Socket | undefined
  #loop: Loop | undefined

  constructor(plan: RelayPlan, sockets: RelaySockets) {
    this.#plan = plan
    this.#sockets = sockets
    const { family } = sockets
    this.#othersBefore = this.#readOthers()
    this.#clients = new Upstreams(family, plan.maxClients, this.#openUpstream, this.#closeUpstream)
    const senses = {
      peer: (flow: number) => this.#clients.get(flow)?.client ?? { address: '', port: 0, family },
      drops: () => undefined,
      epoch: () => this.#clock.epoch(),
    }
    const headers = sockets.server.family === 'udp4' ? 28 : 48
    this.#machine = new Relay(plan, senses, this.#facts, headers, this.#clock.now())
  }

  async open(): Promise<RunningRelay> {
    const { host, family, port, recvBuffer } = this.#sockets
    const front = await openSocket({ family, host, port, recvBuffer, onMessage: this.#fromClient })
    // A dead client's ICMP error reaches no socket that is not connected; what else comes here harms no one.
    front.on('error', () => {})
    this.#front = front
    const bound = boundAddress(front, family)
    let resolveDone: (() => void) | undefined
    const done = new Promise<void>(resolve => {
      resolveDone = resolve
    })
    const look = (): void => this.#look(bound)
    const sweep = setInterval(() => this.#clients.expire(this.#clock.now() - this.#plan.idle), SWEEP / MILLISECOND)
    const finished = (): void => {
      look()
      clearInterval(sweep)
      front.close()
      this.#front = undefined
      for (const upstream of this.#clients) upstream.close()
      resolveDone?.()
    }
    const loop = new Loop(this.#machine, this.#clock, createOutbox(ROWS, ROOM), false, this.#flush, finished)
    this.#loop = loop
    loop.pump()
    const stop = (): void => {
      this.#machine.stop(this.#clock.now())
      loop.pump()
    }
    return { facts: this.#facts, bound: [bound], stop, done, look }
  }

  readonly #fromClient = (bytes: Uint8Array, from: RemoteInfo): void => {
    if (!this.#machine.closed) this.#arrive(bytes, FRONT, this.#clients.find(from))
  }

  #arrive(bytes: Uint8Array, socket: number, flow: number): void {
    const now = this.#clock.now()
    const upstream = this.#clients.get(flow)
    if (upstream !== undefined) upstream.usedAt = now
    const inbox = this.#inbox
    setMessage(inbox, bytes, bytes.length, bytes.length, socket, flow, now)
    this.#machine.receive(inbox, now)
    this.#loop?.pump()
  }

  readonly #openUpstream = (flow: number, client: Address): Upstream => {
    const { server, recvBuffer } = this.#sockets
    const upstream: Upstream = new Upstream(
      {
        client,
        server,
        recvBuffer,
        onMessage: bytes => {
          // Its number may be another client's by now.
          if (this.#clients.get(flow) === upstream) this.#arrive(bytes, UPSTREAM, flow)
        },
        onError: () => this.#machine.unreachable(),
      },
      this.#clock.now(),
    )
    return upstream
  }

  readonly #closeUpstream = (flow: number, upstream: Upstream): void => {
    this.#closedDrops += this.#dropsOf(upstream)
    this.#machine.forget(flow)
    upstream.close()
  }

  readonly #flush = (outbox: Outbox): void => {
    const now = this.#clock.now()
    for (let m = 0; m < outbox.count; m++) {
      const at = outbox.at[m] ?? 0
      const upstream = this.#clients.get(outbox.flow[m] ?? 0)
      if (upstream === undefined) continue
      upstream.usedAt = now
      const bytes = outbox.bytes.slice(at, at + (outbox.size[m] ?? 0))
      this.#send(upstream, outbox.socket[m] ?? 0, bytes, outbox.token[m] ?? 0)
    }
  }

  #send(upstream: Upstream, socket: number, bytes: Uint8Array, token: number): void {
    const { port, address } = upstream.client
    const send = (sent: (error: Error | null) => void): void => {
      if (socket === UPSTREAM) upstream.send(bytes, sent)
      else this.#front?.send(bytes, port, address, sent)
    }
    sendInnocent(send, {
      icmp: () => this.#machine.unreachable(),
      refused: () => this.#machine.refused(socket, token, 1),
    })
  }

  #look(bound: Address): void {
    this.#facts.clientsEvicted = this.#clients.evicted
    const front = this.#counters.read(bound)
    if (front === undefined) return
    let back = this.#closedDrops
    for (const upstream of this.#clients) back += this.#dropsOf(upstream)
    // The counters of the sockets count wrong checksums, too; of those only the whole host's number is known.
    const [clientSide, serverSide] = this.#readOthers()
    const { up, down } = this.#facts
    up.kernelDrops = Math.max(up.kernelDrops ?? 0, front - growth(this.#othersBefore[0], clientSide))
    down.kernelDrops = Math.max(down.kernelDrops ?? 0, back - growth(this.#othersBefore[1], serverSide))
  }

  /** What the sockets of this host dropped for another reason than a full buffer: those of the family of either side. */
  #readOthers(): readonly (number | undefined)[] {
    return [readOtherDrops(this.#sockets.family), readOtherDrops(this.#sockets.server.family)]
  }

  #dropsOf({ pair }: Upstream): number {
    return pair === undefined ? 0 : (this.#counters.read(...pair) ?? 0)
  }
}

function growth(from: number | undefined, to: number | undefined): number {
  return from === undefined || to === undefined ? 0 : Math.max(0, to - from)
}
