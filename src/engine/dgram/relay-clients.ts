import { randomInt } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import { addressBytes } from '../../base/ip.ts'
import type { Nanos } from '../../base/nanos.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import type { IgnoredReason, RelayFacts } from '../../facts/relay.ts'
import { Admission } from '../../machines/admission.ts'
import { sourceOf, type Source } from '../../machines/guard.ts'
import { LoopCheck } from '../../machines/loop-check.ts'
import { RelayCaps } from '../../machines/relay-caps.ts'
import { isServicePort } from '../../base/service-ports.ts'
import type { Clock } from '../clock.ts'
import type { DropCounters } from '../drop-counters.ts'
import type { RelaySockets } from '../port.ts'
import { Upstream, type ServerChoice, type UpstreamOptions } from './upstream.ts'
import { Upstreams } from './upstreams.ts'

/** Sockets of evicted clients, which stay open until the next sweep has read their drop counters. Those above this number are not read. */
const MAX_CLOSING = 256

export interface RelayClientsOptions {
  readonly plan: RelayPlan
  readonly sockets: RelaySockets
  readonly facts: RelayFacts
  readonly clock: Clock
  /** A datagram came from the server for a client. */
  readonly onReply: (bytes: Uint8Array, flow: number) => void
  /** An ICMP error from the server's host, or the local kernel fails to receive on a socket. */
  readonly onError: (error: Error) => void
  /** A client was evicted. Its number may soon be reused. */
  readonly onGone: (flow: number) => void
}

/** Which clients a relay accepts, and each client's socket towards the server. */
export class RelayClients {
  /** The port that clients send to. */
  ownPort = 0
  readonly #options: RelayClientsOptions
  readonly #table: Upstreams
  readonly #admission: Admission
  readonly #loops: LoopCheck
  readonly #caps: RelayCaps
  /** Clients by the port of their socket. */
  readonly #servers: ServerChoice
  readonly #ports = new Map<number, Upstream>()
  /** Sockets without a client, to close at the next sweep. */
  readonly #closing: Upstream[] = []
  /** Drops of sockets that are closed. */
  #closedDrops = 0
  #now: Nanos

  constructor(options: RelayClientsOptions, now: Nanos) {
    this.#options = options
    this.#now = now
    const { plan, sockets } = options
    this.#servers = { addresses: [sockets.server, ...(sockets.alternatives ?? [])], preferred: 0 }
    this.#table = new Upstreams(plan.maxClients, this.#open, this.#remove)
    this.#admission = new Admission(plan.maxClients, now)
    this.#caps = new RelayCaps(plan.sourceCap, randomInt(2 ** 32))
    const copies = plan.up.some(({ rule }) => rule === 'duplicate')
    this.#loops = new LoopCheck(plan.maxClients, copies, () => randomInt(2 ** 32), this.#sendTracer)
  }

  get evicted(): number {
    return this.#table.evicted
  }

  /** The number of the client that sent a datagram to the socket `via`. Undefined if it is refused, which is then counted. */
  find(bytes: Uint8Array, from: RemoteInfo, via: number, now: Nanos): number | undefined {
    this.#now = now
    const { facts, sockets } = this.#options
    const { address, port } = from
    const key = `${via} ${address} ${port}`
    const known = this.#table.find(key)
    if (this.#loops.receive(bytes, now)) {
      facts.loops = this.#loops.found
      // These datagrams are passes of the loop.
      this.#table.removeUnanswered()
      return undefined
    }
    const source = (known === undefined ? undefined : this.#table.get(known)?.source) ?? sourceOf(address)
    const reason = this.#refusal(from, source, bytes.length, known === undefined, now)
    if (reason !== undefined) {
      facts.ignored[reason] += 1
      return undefined
    }
    if (known !== undefined) {
      this.#table.settle(known)
      return known
    }
    // Before the table evicts a client, because in a small table that may be the last client without an answer.
    const opening = this.#loops.opened(bytes, now)
    const flow = this.#table.add(key, { address, port, family: sockets.family }, via, now)
    const upstream = this.#table.get(flow)
    if (upstream !== undefined) upstream.opening = opening
    return flow
  }

  get(flow: number): Upstream | undefined {
    return this.#table.get(flow)
  }

  /** Marks the client as used: a datagram came from it or for it. */
  use(flow: number, now: Nanos): void {
    this.#table.use(flow, now)
  }

  /** Removes clients that were not used since, and closes the sockets of removed ones. */
  sweep(since: Nanos, counters: DropCounters): void {
    this.#table.expire(since)
    if (this.#closing.length === 0) return
    this.#closedDrops += counters.sum(pairsOf(this.#closing)) ?? 0
    for (const upstream of this.#closing.splice(0)) this.#close(upstream)
  }

  /** Datagrams dropped by the sockets towards the server. */
  drops(counters: DropCounters): number {
    return this.#closedDrops + (counters.sum([...pairsOf(this.#table), ...pairsOf(this.#closing)]) ?? 0)
  }

  close(): void {
    for (const upstream of [...this.#table, ...this.#closing]) upstream.close()
  }

  /** Why a datagram is refused. */
  #refusal(from: RemoteInfo, source: Source, size: number, isNew: boolean, now: Nanos): IgnoredReason | undefined {
    if (this.#isOwn(from)) return 'own'
    if (isNew && this.#refusesPort(from.port)) return 'sourcePort'
    if (!this.#loops.allows(now)) return 'loop'
    if (!this.#caps.take(source, 'up', size, now)) return 'sourceRate'
    return isNew && !this.#admission.take(now) ? 'clientRate' : undefined
  }

  /** A server on the relay's own port number may be another relay. Their answers to each other would never end. */
  #refusesPort(port: number): boolean {
    if (port === 0 || port === this.ownPort) return true
    return this.#options.plan.servicePorts !== true && isServicePort(port)
  }

  /**
   * Whether a datagram came from one of the sockets towards the server, which is possible only if the server has the relay's own port.
   * (Without that condition a client could be mistaken for the relay, if its socket was closed while its datagram was queued here, and the
   * relay's next socket got the same port.)
   */
  #isOwn({ address, port }: RemoteInfo): boolean {
    if (this.#options.sockets.server.port !== this.ownPort) return false
    const own = this.#ports.get(port)?.bound
    return own !== undefined && addressBytes(own.address)?.join() === addressBytes(address)?.join()
  }

  readonly #open = (flow: number, client: Address, via: number): Upstream => {
    const { facts, clock, onReply, onError } = this.#options
    const onMessage = (bytes: Uint8Array): void => {
      // Its number may be reused by now.
      if (this.#table.get(flow) !== upstream) return
      this.#settle(upstream)
      if (this.#caps.take(upstream.source, 'down', bytes.length, clock.now())) onReply(bytes, flow)
      else facts.ignored.sourceRate += 1
    }
    const upstream: Upstream = this.#openSocket(client, via, onMessage, onError)
    return upstream
  }

  #openSocket(
    client: Address,
    via: number,
    onMessage: (bytes: Uint8Array) => void,
    onError: UpstreamOptions['onError'],
  ): Upstream {
    const { recvBuffer } = this.#options.sockets
    let own: number | undefined
    const onOpen = ({ port }: Address): void => {
      // It now sends to another address of the server, from another port.
      if (own !== undefined && this.#ports.get(own) === upstream) this.#ports.delete(own)
      own = port
      this.#ports.set(port, upstream)
    }
    const onSend = (): void => {
      if (upstream.opening !== undefined) this.#loops.forwarded(upstream.opening)
    }
    const options = { client, via, servers: this.#servers, recvBuffer, onOpen, onSend, onMessage, onError }
    const upstream = new Upstream(options, this.#now)
    return upstream
  }

  readonly #remove = (flow: number, upstream: Upstream): void => {
    this.#settle(upstream)
    this.#options.onGone(flow)
    this.#closing.push(upstream)
    // A flood of new clients must not cause a reading of the kernel's tables each time. The drops of the oldest of these stay unknown.
    if (this.#closing.length > MAX_CLOSING) this.#close(this.#closing.shift())
  }

  /** It got its first answer, or continues without one. */
  #settle(upstream: Upstream): void {
    if (upstream.opening !== undefined) this.#loops.settled(upstream.opening)
    upstream.opening = undefined
  }

  #close(upstream: Upstream | undefined): void {
    const port = upstream?.bound?.port
    upstream?.close()
    if (port !== undefined && this.#ports.get(port) === upstream) this.#ports.delete(port)
  }

  readonly #sendTracer = (tracer: Uint8Array): void => {
    const upstream = this.#openSocket(this.#options.sockets.server, 0, ignore, ignore)
    upstream.send(tracer, { sent: ignore })
    this.#closing.push(upstream)
  }
}

function ignore(): void {
  // Answers to a tracer are not counted.
}

function* pairsOf(upstreams: Iterable<Upstream>): Generator<readonly [Address, Address]> {
  for (const { pair } of upstreams) if (pair !== undefined) yield pair
}
