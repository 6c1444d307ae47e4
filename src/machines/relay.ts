import { formatAddress } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import { seeded, type Random } from '../base/random.ts'
import type { RelayAction, DatagramKey } from '../facts/action-log.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import { countedAs, type RelayCounts, type RelayFacts, type Direction } from '../facts/relay.ts'
import { DelayQueue } from './delay-queue.ts'
import { impairmentsOf } from './impairments.ts'
import type { Inbox, Machine, Outbox, Environment } from './machine.ts'
import { addRow } from './outbox-row.ts'
import { createClientRules, proberOf, RelayClient, type ClientRules } from './relay-client.ts'

/** Socket numbers of a relay: the socket for clients, and the client's own socket towards the server. */
export const CLIENT_SIDE = 0
export const SERVER_SIDE = 1

/** Memory of a waiting datagram besides its bytes. */
const OVERHEAD = 256
/** Tokens of this many datagrams can be looked up when the kernel refuses one, which it does within one turn of the loop. */
const MAX_SENT = 4096

/** Maximum number of probers whose rules are kept for their next port. */
const MAX_PROBERS = 4096

/** A datagram, or a copy of one, to be forwarded. */
interface Queued {
  readonly client: RelayClient
  readonly direction: Direction
  readonly bytes: Uint8Array
  readonly counts: RelayCounts
  readonly key: DatagramKey | undefined
}

/**
 * Forwards datagrams between clients and a server, impairs them by seeded rules, and records what it did. It uses the bytes, flow (the client)
 * and socket of an inbox (CLIENT_SIDE: from the client, SERVER_SIDE: from the server); the rows of its outbox are sent from the other socket.
 */
export class Relay implements Machine {
  closed = false
  readonly #plan: RelayPlan
  readonly #environment: Environment
  readonly #facts: RelayFacts
  readonly #headers: 28 | 48
  readonly #start: Nanos
  readonly #end: Nanos
  readonly #random: Random
  readonly #clients = new Map<number, RelayClient>()
  readonly #probers = new Map<string, ClientRules>()
  #streams = 0
  readonly #queue = new DelayQueue<Queued>()
  readonly #sent: (Queued | undefined)[] = Array.from({ length: MAX_SENT }, () => undefined)
  /** Datagrams in queues of the engine, by token: they may be refused long after they were sent. */
  readonly #waiting = new Map<number, Queued>()
  #token = 0
  #queuedBytes = 0

  /** @param headers bytes of IP and UDP header around a payload: 28, or 48 with IPv6 */
  constructor(plan: RelayPlan, environment: Environment, facts: RelayFacts, headers: 28 | 48, start: Nanos) {
    this.#plan = plan
    this.#environment = environment
    this.#facts = facts
    this.#headers = headers
    this.#start = start
    this.#end = plan.duration === undefined ? Infinity : start + plan.duration
    this.#random = seeded(plan.seed)
  }

  receive(inbox: Inbox, now: Nanos): void {
    if (this.closed) return
    for (let m = 0; m < inbox.count; m++) {
      const at = inbox.at[m] ?? 0
      // Copied out of the inbox once; all waiting copies share it.
      const bytes = new Uint8Array(inbox.bytes.subarray(at, at + (inbox.size[m] ?? 0)))
      this.#receiveOne(inbox.flow[m] ?? 0, inbox.socket[m] === CLIENT_SIDE ? 'up' : 'down', bytes, now)
    }
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    outbox.count = 0
    if (now >= this.#end) this.stop(now)
    let at = 0
    while (outbox.count < outbox.capacity && this.#queue.due <= now) {
      const queued = this.#queue.peek()
      if (queued === undefined || at + queued.bytes.length > outbox.room) break
      this.#dequeue()
      if (queued.client.isEvicted) this.#record(queued, 'abandoned')
      else at = this.#write(outbox, at, queued)
    }
    return Math.min(this.#queue.due, this.#end)
  }

  refused(_socket: number, token: number, count: number): void {
    for (let n = 0; n < count; n++) {
      const queued = this.#waiting.get(token + n) ?? this.#sent[(token + n) % MAX_SENT]
      if (queued === undefined) continue
      this.#waiting.delete(token + n)
      queued.counts.forwarded -= 1
      this.#record(queued, 'refused')
    }
  }

  /** A datagram waits for room in the send buffer of its socket: it will be refused or sent later. */
  waits(token: number): void {
    const queued = this.#sent[token % MAX_SENT]
    if (queued !== undefined) this.#waiting.set(token, queued)
  }

  left(token: number): void {
    if (this.#waiting.size > 0) this.#waiting.delete(token)
  }

  unreachable(): void {
    this.#facts.unreachable += 1
  }

  /** Counts everything that still waits as abandoned. */
  stop(_now: Nanos): void {
    this.closed = true
    while (this.#queue.length > 0) {
      const queued = this.#dequeue()
      if (queued !== undefined) this.#record(queued, 'abandoned')
    }
  }

  evict(flow: number): void {
    const client = this.#clients.get(flow)
    if (client === undefined) return
    client.isEvicted = true
    this.#clients.delete(flow)
    this.#facts.clientsNow -= 1
  }

  #receiveOne(flow: number, direction: Direction, bytes: Uint8Array, now: Nanos): void {
    const client = this.#clients.get(flow) ?? this.#addClient(flow, bytes)
    const key = client.identify(direction, bytes)
    const state = client[direction]
    const facts = this.#facts[direction]
    const counts = key === undefined ? facts.receipts : facts.datagrams
    if (direction === 'up' && key !== undefined && 'run' in key) this.#facts.actions.addRun(key.run)
    counts.seen += 1
    for (const copy of (key === undefined ? state.receipts : state.datagrams).pass(bytes, now)) {
      const queued: Queued = { client, direction, bytes: copy.bytes, counts, key }
      for (const what of impairmentsOf(copy)) this.#record(queued, countedAs(what))
      if (copy.lost) continue
      if (direction === 'up' && key !== undefined && copy.bytes !== bytes) client.keepKey(key, copy.bytes)
      this.#enqueue(queued, now + copy.delay)
    }
  }

  #addClient(flow: number, bytes: Uint8Array): RelayClient {
    const peer = this.#environment.peer(flow)
    const prober = proberOf(bytes, peer.address)
    const client = new RelayClient(flow, formatAddress(peer), this.#rulesOf(prober))
    this.#clients.set(flow, client)
    this.#facts.clients += 1
    this.#facts.clientsNow += 1
    return client
  }

  /**
   * The rules of a client, with their state. A prober keeps its rules when it changes its port. Clients get their random generators in order of
   * arrival, because their ports differ from run to run.
   */
  #rulesOf(prober: string | undefined): ClientRules {
    const known = prober === undefined ? undefined : this.#probers.get(prober)
    if (known !== undefined) return known
    const rules = createClientRules(this.#plan, this.#random.fork(this.#streams), this.#headers, this.#start)
    this.#streams += 1
    if (prober === undefined) return rules
    const [oldest] = this.#probers.size < MAX_PROBERS ? [] : this.#probers.keys()
    if (oldest !== undefined) this.#probers.delete(oldest)
    this.#probers.set(prober, rules)
    return rules
  }

  #enqueue(queued: Queued, due: Nanos): void {
    const cost = queued.bytes.length + OVERHEAD
    if (this.#queuedBytes + cost > this.#plan.queue) {
      this.#record(queued, 'queueDropped')
      return
    }
    this.#queuedBytes += cost
    this.#queue.push(due, queued)
  }

  #dequeue(): Queued | undefined {
    const queued = this.#queue.shift()
    if (queued !== undefined) this.#queuedBytes -= queued.bytes.length + OVERHEAD
    return queued
  }

  #write(outbox: Outbox, at: number, queued: Queued): number {
    const { client, direction, bytes, counts } = queued
    outbox.bytes.set(bytes, at)
    const m = addRow(outbox, at, bytes.length, direction === 'up' ? SERVER_SIDE : CLIENT_SIDE, this.#token)
    outbox.flow[m] = client.flow
    this.#sent[this.#token % MAX_SENT] = queued
    this.#token += 1
    counts.forwarded += 1
    return at + bytes.length
  }

  #record({ counts, key, direction }: Queued, act: RelayAction): void {
    counts[act] += 1
    if (key !== undefined) this.#facts.actions.add(key, direction, act)
  }
}
