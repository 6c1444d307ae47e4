import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { OUTCOME, PAGE_ROWS, type ProbeTable } from '../facts/probe-table.ts'
import { probeSize, type ClientFacts } from '../facts/run.ts'
import {
  extendSequence,
  IDENTIFIED_SIZE,
  KIND,
  OFFSET,
  PROBE_SIZE,
  readSequence,
  SLOT_AT,
  writeProbe,
} from '../wire/probe.ts'
import { clientOfSource } from '../facts/source.ts'
import type { Datagram } from './datagram.ts'
import { quietTime } from './linger.ts'
import type { Reception } from './reception.ts'
import type { Sources } from './sources.ts'

/** A damaged reply is compared with at most this many of the latest probes (docs/wire-format.md, What a client accepts). */
const MAX_CANDIDATES = 256
/** With more differing bytes than this there is no match (docs/wire-format.md). */
const MAX_DIFFERENCES = 12

/** Finds the probe of a reply whose check is damaged or cut off. */
export class Identifier {
  /**
   * Whether the last probe was found by its place in time alone: the reply is too short to identify, and a copy of another probe's reply may
   * pass for it. A reply that identifies itself overrides it.
   */
  guessed = false
  /** Whether the last reply, or its probe, was too short to identify. */
  nameless = false
  readonly #plan: ProbePlan
  readonly #probes: ProbeTable
  readonly #reception: Reception
  readonly #sources: Sources | undefined
  readonly #expected = new Uint8Array(PROBE_SIZE)
  /** By client: the lowest sequence for which more may still arrive. */
  readonly #unclear: Float64Array
  /** By client: until this time a copy of another reply may arrive. */
  readonly #copiesUntil: Float64Array

  /** @param sources of a lock-step run */
  constructor(plan: ProbePlan, probes: ProbeTable, reception: Reception, sources?: Sources) {
    this.#plan = plan
    this.#probes = probes
    this.#reception = reception
    this.#sources = sources
    this.#unclear = new Float64Array(plan.clients)
    this.#copiesUntil = new Float64Array(plan.clients).fill(-Infinity)
  }

  /**
   * The sequence of the client's probe that a reply answers, or -1.
   */
  identify(reply: Datagram, facts: ClientFacts): number {
    this.guessed = false
    const { socket } = reply
    const client = clientOfSource(socket, this.#plan.clients)
    const owner = this.#sources === undefined ? -1 : this.#sources.owner(socket, reply.arrived)
    const tiny = owner >= 0 && probeSize(this.#plan, owner) < IDENTIFIED_SIZE
    this.nameless = reply.size < IDENTIFIED_SIZE || tiny
    if (!this.nameless) return this.#nearest(client, facts, reply)
    if (this.#sources === undefined) {
      const found = this.#onlyInFlight(client, facts, reply)
      // It may be a copy of an earlier short reply, and further copies may follow.
      if (found < 0) this.copied(client, reply.now)
      return found
    }
    if (owner < 0 || !this.#sources.isGuess(socket)) return owner
    return this.#guess(client, facts, reply, owner)
  }

  /** A copy of a reply arrived: others may follow, cut so short that they look like replies to the next probes. */
  copied(client: number, now: Nanos): void {
    if (this.#sources === undefined) this.#copiesUntil[client] = now + quietTime(this.#plan, this.#reception.largestRtt)
  }

  /** A guessed reply must at least be a correct prefix: other bytes may be no reply at all. */
  #guess(client: number, facts: ClientFacts, reply: Datagram, sequence: number): number {
    if (this.#distanceTo(client, facts, reply, sequence, 0) > 0) return -1
    this.guessed = true
    return sequence
  }

  /**
   * Among several probes of one port, a reply too short to identify answers the one in flight if all others were answered once: otherwise a
   * late reply or a copy of another is equally likely.
   */
  #onlyInFlight(client: number, facts: ClientFacts, reply: Datagram): number {
    const { arrived, now } = reply
    const latest = facts.scheduled - 1
    if (latest < 0 || now < (this.#copiesUntil[client] ?? 0)) return -1
    const rest = this.#plan.timeout + quietTime(this.#plan, this.#reception.largestRtt)
    let open = this.#unclear[client] ?? 0
    while (open < latest && this.#isClear(client, open, now - rest)) open += 1
    this.#unclear[client] = open
    const sent = this.#probes.sentAt(open * this.#plan.clients + client)
    if (!this.#isWaiting(client, open) || sent > arrived || sent <= now - this.#plan.timeout) return -1
    for (let sequence = open + 1; sequence <= latest; sequence++)
      if (!this.#isClear(client, sequence, -Infinity)) return -1
    return this.#guess(client, facts, reply, open)
  }

  #isWaiting(client: number, sequence: number): boolean {
    const row = sequence * this.#plan.clients + client
    return this.#probes.find(row)?.outcome[row % PAGE_ROWS] === OUTCOME.waiting
  }

  /** Whether a probe had one reply or failed, so that nothing more is expected, or was sent before `closed`. */
  #isClear(client: number, sequence: number, closed: Nanos): boolean {
    const row = sequence * this.#plan.clients + client
    const page = this.#probes.find(row)
    if (page === undefined || (page.sent[row % PAGE_ROWS] ?? 0) <= closed) return true
    return page.outcome[row % PAGE_ROWS] !== OUTCOME.waiting && page.copies[row % PAGE_ROWS] === 0
  }

  /**
   * An exact prefix of the probe that it names answers that probe, however late: 13 bytes identify it. Older probes are compared too, or their
   * late replies would pass for replies to their neighbors; but a damaged match must be of the last `timeout`.
   */
  #nearest(client: number, facts: ClientFacts, reply: Datagram): number {
    const latest = facts.scheduled - 1
    const named = this.#named(facts, reply)
    let best = named
    let least = Math.min(this.#distanceTo(client, facts, reply, named, MAX_DIFFERENCES), MAX_DIFFERENCES + 1)
    if (least === 0) return named
    let unique = least <= MAX_DIFFERENCES
    for (let sequence = latest; sequence >= 0 && sequence > latest - MAX_CANDIDATES; sequence--) {
      if (sequence === named) continue
      const distance = this.#distanceTo(client, facts, reply, sequence, least)
      if (distance === Infinity) break
      if (distance > least) continue
      unique = distance < least
      if (unique) best = sequence
      least = distance
    }
    const oldest = reply.now - this.#plan.timeout
    return unique && this.#probes.sentAt(best * this.#plan.clients + client) > oldest ? best : -1
  }

  /** The sequence in the bytes themselves, intact or damaged; -1: none that was sent. */
  #named(facts: ClientFacts, { bytes, at }: Datagram): number {
    const low = readSequence(bytes, at)
    const sequence = low < 0 ? -1 : extendSequence(low, facts.scheduled)
    return sequence < facts.scheduled ? sequence : -1
  }

  /** The number of differing bytes from the beginning of a probe; Infinity if the probe is no longer kept. */
  #distanceTo(client: number, facts: ClientFacts, reply: Datagram, sequence: number, limit: number): number {
    if (sequence < 0) return Infinity
    const sent = this.#probes.sentAt(sequence * this.#plan.clients + client)
    if (sent === -Infinity) return Infinity
    const size = probeSize(this.#plan, sequence)
    writeProbe(this.#expected, 0, size, sequence, facts.run, sent)
    return this.#distance(reply, Math.min(size, SLOT_AT), limit)
  }

  /** Differing bytes among the first 50, ignoring the kind if it is `Q`, `R` or `D`; stops counting above `limit`. */
  #distance({ bytes, at, size }: Datagram, have: number, limit: number): number {
    const end = Math.min(size, SLOT_AT)
    let distance = 0
    for (let i = 0; i < end && distance <= limit; i++) {
      const byte = bytes[at + i]
      if (i < have && (byte === this.#expected[i] || (i === OFFSET.kind && isAnswerTo(byte)))) continue
      distance += 1
    }
    return distance
  }
}

/** A server changes the kind of a datagram that it answers or returns. */
function isAnswerTo(kind: number | undefined): boolean {
  return kind === KIND.reply || kind === KIND.damaged
}
