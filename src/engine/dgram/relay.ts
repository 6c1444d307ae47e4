import type { RemoteInfo } from 'node:dgram'
import { formatAddress } from '../../base/address.ts'
import type { UdptoolError } from '../../base/error.ts'
import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import { createRelayTruth, type RelayTruth } from '../../facts/relay-truth.ts'
import { createRelayFacts } from '../../facts/relay.ts'
import type { Outbox } from '../../machines/machine.ts'
import { CLIENT_SIDE, Relay, SERVER_SIDE } from '../../machines/relay.ts'
import { createInbox, createOutbox } from '../batch.ts'
import { Clock } from '../clock.ts'
import { DropCounters } from '../drop-counters.ts'
import { ICMP_ERRNOS } from '../icmp-errnos.ts'
import { readOtherDrops } from '../kernel-counters.ts'
import type { RelaySockets, RunningRelay } from '../port.ts'
import { errorNumber, socketError } from '../socket-error.ts'
import { createDeferred } from './deferred.ts'
import { ListeningSockets } from './listening-sockets.ts'
import { sendWithRetry } from './retried-send.ts'
import { ReceiveFailures } from './receive-failures.ts'
import { Loop } from './loop.ts'
import { setMessage } from './message-row.ts'
import { refuseOwnTarget } from './own-target.ts'
import { RelayClients } from './relay-clients.ts'
import type { Upstream } from './upstream.ts'

/** Datagrams to forward before the event loop reads arrivals, and bytes for them: two of the largest. */
const ROWS = 16
const ROOM = 2 * 65_536
/** Interval for removing idle clients, closing sockets and binding new addresses of this host. */
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
  readonly #clients: RelayClients
  readonly #machine: Relay
  /** Datagrams that this host's sockets had dropped for another reason than a full buffer when the relay started. */
  readonly #othersBefore: readonly (number | undefined)[]
  readonly #failures: ReceiveFailures
  #broken: UdptoolError | undefined
  #listening: ListeningSockets | undefined
  #loop: Loop | undefined

  constructor(plan: RelayPlan, sockets: RelaySockets) {
    this.#plan = plan
    this.#sockets = sockets
    const { family } = sockets
    this.#failures = new ReceiveFailures(this.#clock, this.#facts.receiveErrors, error => {
      const { bound = { ...sockets, address: sockets.host } } = this.#listening ?? {}
      this.#broken ??= socketError(error, 'receive on', formatAddress(bound))
      this.#stop()
    })
    this.#othersBefore = this.#readOthers()
    const now = this.#clock.now()
    const options = {
      plan,
      sockets,
      facts: this.#facts,
      clock: this.#clock,
      onReply: (bytes: Uint8Array, flow: number) => this.#arrive(bytes, SERVER_SIDE, flow, this.#clock.now()),
      onError: (error: Error) => {
        if (ICMP_ERRNOS.has(errorNumber(error))) this.#machine.unreachable()
        else this.#failures.failed(error)
      },
      onGone: (flow: number) => this.#machine.evict(flow),
    }
    this.#clients = new RelayClients(options, now)
    const environment = {
      peer: (flow: number) => this.#clients.get(flow)?.client ?? { address: '', port: 0, family },
      drops: () => undefined,
      epoch: () => this.#clock.epoch(),
    }
    const headers = sockets.server.family === 'udp4' ? 28 : 48
    this.#machine = new Relay(plan, environment, this.#facts, headers, now)
  }

  async open(): Promise<RunningRelay> {
    const listening = await this.#listen()
    this.#listening = listening
    this.#clients.ownPort = listening.bound.port
    const { promise: done, settle } = createDeferred()
    const sweep = setInterval(() => {
      this.#clients.sweep(this.#clock.now() - this.#plan.idle, this.#counters)
      void listening.refresh()
    }, SWEEP / MILLISECOND)
    let ended = false
    const finished = (): void => {
      this.#readDrops()
      ended = true
      clearInterval(sweep)
      listening.close()
      this.#clients.close()
      settle(this.#broken)
    }
    const loop = new Loop(this.#machine, this.#clock, createOutbox(ROWS, ROOM), false, this.#flush, finished)
    this.#loop = loop
    loop.pump()
    const truth = (): RelayTruth => {
      if (!ended) this.#readDrops()
      return createRelayTruth(this.#facts, this.#plan.seed)
    }
    return { facts: this.#facts, bound: [listening.bound], stop: () => this.#stop(), done, truth }
  }

  async #listen(): Promise<ListeningSockets> {
    const { host, family, port, recvBuffer, server, alternatives = [] } = this.#sockets
    const servers = [server, ...alternatives]
    // Before the bind, which would fail first if the server is there. A port that the kernel chooses may also be the server's.
    for (const one of servers) await refuseOwnTarget({ address: host, family, port }, one)
    const listening = await ListeningSockets.open({
      family,
      host,
      port,
      recvBuffer,
      onMessage: this.#fromClient,
      onError: this.#failures.failed,
    })
    try {
      for (const one of servers) await refuseOwnTarget(listening.bound, one)
      return listening
    } catch (error) {
      listening.close()
      throw error
    }
  }

  #stop(): void {
    this.#machine.stop(this.#clock.now())
    this.#loop?.pump()
  }

  readonly #fromClient = (bytes: Uint8Array, from: RemoteInfo, via: number): void => {
    if (this.#machine.closed) return
    const now = this.#clock.now()
    const flow = this.#clients.find(bytes, from, via, now)
    if (flow !== undefined) this.#arrive(bytes, CLIENT_SIDE, flow, now)
  }

  #arrive(bytes: Uint8Array, socket: number, flow: number, now: Nanos): void {
    this.#failures.reset()
    this.#clients.use(flow, now)
    const inbox = this.#inbox
    setMessage(inbox, bytes, bytes.length, bytes.length, socket, flow, now)
    this.#machine.receive(inbox, now)
    this.#loop?.pump()
  }

  readonly #flush = (outbox: Outbox): void => {
    const now = this.#clock.now()
    for (let m = 0; m < outbox.count; m++) {
      const at = outbox.at[m] ?? 0
      const flow = outbox.flow[m] ?? 0
      const upstream = this.#clients.get(flow)
      if (upstream === undefined) continue
      this.#clients.use(flow, now)
      const bytes = outbox.bytes.slice(at, at + (outbox.size[m] ?? 0))
      this.#send(upstream, outbox.socket[m] ?? 0, bytes, outbox.token[m] ?? 0)
    }
  }

  #send(upstream: Upstream, socket: number, bytes: Uint8Array, token: number): void {
    const machine = this.#machine
    const send = (sent: (error: Error | null) => void): void => {
      const callbacks = {
        waits: () => machine.waits(token),
        sent: (error: Error | null) => {
          if (error === null) machine.left(token)
          sent(error)
        },
      }
      if (socket === SERVER_SIDE) upstream.send(bytes, callbacks)
      else this.#listening?.sender(upstream.via)?.send(bytes, upstream.client, callbacks)
    }
    sendWithRetry(send, {
      icmp: () => this.#machine.unreachable(),
      refused: () => this.#machine.refused(socket, token, 1),
    })
  }

  #readDrops(): void {
    this.#facts.clientsEvicted = this.#clients.evicted
    const listening = this.#counters.sum((this.#listening?.addresses ?? []).map(address => [address] as const))
    if (listening === undefined) return
    const back = this.#clients.drops(this.#counters)
    // The counters of the sockets include wrong checksums. Those are known only for the whole host.
    const [clientSide, serverSide] = this.#readOthers()
    const { up, down } = this.#facts
    up.kernelDrops = Math.max(up.kernelDrops ?? 0, listening - growth(this.#othersBefore[0], clientSide))
    down.kernelDrops = Math.max(down.kernelDrops ?? 0, back - growth(this.#othersBefore[1], serverSide))
  }

  /** Datagrams that the sockets of this host dropped for another reason than a full buffer, by the family of either side. */
  #readOthers(): readonly (number | undefined)[] {
    return [readOtherDrops(this.#sockets.family), readOtherDrops(this.#sockets.server.family)]
  }
}

function growth(from: number | undefined, to: number | undefined): number {
  return from === undefined || to === undefined ? 0 : Math.max(0, to - from)
}
