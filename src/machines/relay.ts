import { formatAddress } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import { seeded, type Random } from '../base/random.ts'
import type { RelayAction, Passage } from '../facts/passage-log.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import { countedAs, type RelayCounts, type RelayFacts, type Way } from '../facts/relay.ts'
import { DelayLine } from './delay-line.ts'
import { actsOn } from './impairments.ts'
import type { Inbox, Machine, Outbox, Senses } from './machine.ts'
import { addRow } from './outbox-row.ts'
import { createClientRules, proberOf, RelayClient, type ClientRules } from './relay-client.ts'

/** Socket numbers of a relay: the one that clients send to, and the client's own one towards the server. */
export const FRONT = 0
export const UPSTREAM = 1

/** What a waiting datagram costs beside its bytes. */
const OVERHEAD = 256
/** Tokens of this many datagrams can still be looked up when the kernel refuses one; it does so within one turn of the loop. */
const REMEMBERED = 4096

/** Probers whose rules are kept for their next port. */
const MOST_PROBERS = 4096

/** A datagram, or a copy of one, that is to go on. */
interface Held {
  readonly client: RelayClient
  readonly way: Way
  readonly bytes: Uint8Array
  readonly counts: RelayCounts
  readonly passage: Passage | undefined
}

/**
 * Passes datagrams between clients and a server, impairs them by seeded rules, and writes down what it did. Of an inbox it reads
 * the bytes, the flow (which client) and the socket (FRONT: from the client, UPSTREAM: from the server); the rows of its
 * outbox leave by the other one.
 */
export class Relay implements Machine {
  closed = false
  readonly #plan: RelayPlan
  readonly #senses: Senses
  readonly #facts: RelayFacts
  readonly #headers: 28 | 48
  readonly #start: Nanos
  readonly #end: Nanos
  readonly #random: Random
  readonly #clients = new Map<number, RelayClient>()
  readonly #probers = new Map<string, ClientRules>()
  /** Streams of random numbers given out. */
  #streams = 0
  readonly #line = new DelayLine<Held>()
  readonly #sent: (Held | undefined)[] = Array.from({ length: REMEMBERED }, () => undefined)
  /** Datagrams that wait in queues of the engine's, by their tokens: they may be refused long after they were sent. */
  readonly #waiting = new Map<number, Held>()
  #token = 0
  #heldBytes = 0

  /** @param headers bytes of IP and UDP header around a payload: 28, or 48 with IPv6 */
  constructor(plan: RelayPlan, senses: Senses, facts: RelayFacts, headers: 28 | 48, start: Nanos) {
    this.#plan = plan
    this.#senses = senses
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
      // Copied out of the inbox once; whatever waits shares it.
      const bytes = new Uint8Array(inbox.bytes.subarray(at, at + (inbox.size[m] ?? 0)))
      this.#take(inbox.flow[m] ?? 0, inbox.socket[m] === FRONT ? 'up' : 'down', bytes, now)
    }
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    outbox.count = 0
    if (now >= this.#end) this.stop(now)
    let at = 0
    while (outbox.count < outbox.capacity && this.#line.due <= now) {
      const held = this.#line.peek()
      if (held === undefined || at + held.bytes.length > outbox.room) break
      this.#release()
      if (held.client.gone) this.#note(held, 'abandoned')
      else at = this.#write(outbox, at, held)
    }
    return Math.min(this.#line.due, this.#end)
  }

  refused(_socket: number, token: number, count: number): void {
    for (let n = 0; n < count; n++) {
      const held = this.#waiting.get(token + n) ?? this.#sent[(token + n) % REMEMBERED]
      if (held === undefined) continue
      this.#waiting.delete(token + n)
      held.counts.forwarded -= 1
      this.#note(held, 'refused')
    }
  }

  /** A datagram waits for room in the send buffer of its socket: it is refused later, or leaves. */
  waits(token: number): void {
    const held = this.#sent[token % REMEMBERED]
    if (held !== undefined) this.#waiting.set(token, held)
  }

  /** A datagram left. */
  left(token: number): void {
    if (this.#waiting.size > 0) this.#waiting.delete(token)
  }

  unreachable(): void {
    this.#facts.unreachable += 1
  }

  /** What still waits is abandoned, and counted so. */
  stop(_now: Nanos): void {
    this.closed = true
    while (this.#line.length > 0) {
      const held = this.#release()
      if (held !== undefined) this.#note(held, 'abandoned')
    }
  }

  forget(flow: number): void {
    const client = this.#clients.get(flow)
    if (client === undefined) return
    client.gone = true
    this.#clients.delete(flow)
    this.#facts.clientsNow -= 1
  }

  #take(flow: number, way: Way, bytes: Uint8Array, now: Nanos): void {
    const client = this.#clients.get(flow) ?? this.#meet(flow, bytes)
    const passage = client.passage(way, bytes)
    const lane = client[way]
    const facts = this.#facts[way]
    const counts = passage === undefined ? facts.receipts : facts.datagrams
    if (way === 'up' && passage !== undefined && 'run' in passage) this.#facts.passages.meet(passage.run)
    counts.seen += 1
    for (const copy of (passage === undefined ? lane.receipts : lane.datagrams).pass(bytes, now)) {
      const held: Held = { client, way, bytes: copy.bytes, counts, passage }
      for (const what of actsOn(copy)) this.#note(held, countedAs(what))
      if (copy.lost) continue
      if (way === 'up' && passage !== undefined && copy.bytes !== bytes) client.keepName(passage, copy.bytes)
      this.#hold(held, now + copy.delay)
    }
  }

  #meet(flow: number, bytes: Uint8Array): RelayClient {
    const peer = this.#senses.peer(flow)
    const prober = proberOf(bytes, peer.address)
    const client = new RelayClient(flow, formatAddress(peer), this.#rulesOf(prober))
    this.#clients.set(flow, client)
    this.#facts.clients += 1
    this.#facts.clientsNow += 1
    return client
  }

  /**
   * The rules of a client, with their memory. Those of a prober go with it to its next port. Clients are told apart by the order in which
   * they come: their ports differ from run to run.
   */
  #rulesOf(prober: string | undefined): ClientRules {
    const known = prober === undefined ? undefined : this.#probers.get(prober)
    if (known !== undefined) return known
    const rules = createClientRules(this.#plan, this.#random.fork(this.#streams), this.#headers, this.#start)
    this.#streams += 1
    if (prober === undefined) return rules
    const [oldest] = this.#probers.size < MOST_PROBERS ? [] : this.#probers.keys()
    if (oldest !== undefined) this.#probers.delete(oldest)
    this.#probers.set(prober, rules)
    return rules
  }

  #hold(held: Held, due: Nanos): void {
    const cost = held.bytes.length + OVERHEAD
    if (this.#heldBytes + cost > this.#plan.queue) {
      this.#note(held, 'queueDropped')
      return
    }
    this.#heldBytes += cost
    this.#line.push(due, held)
  }

  #release(): Held | undefined {
    const held = this.#line.shift()
    if (held !== undefined) this.#heldBytes -= held.bytes.length + OVERHEAD
    return held
  }

  #write(outbox: Outbox, at: number, held: Held): number {
    const { client, way, bytes, counts } = held
    outbox.bytes.set(bytes, at)
    const m = addRow(outbox, at, bytes.length, way === 'up' ? UPSTREAM : FRONT, this.#token)
    outbox.flow[m] = client.flow
    this.#sent[this.#token % REMEMBERED] = held
    this.#token += 1
    counts.forwarded += 1
    return at + bytes.length
  }

  #note({ counts, passage, way }: Held, act: RelayAction): void {
    counts[act] += 1
    if (passage !== undefined) this.#facts.passages.note(passage, way, act)
  }
}
