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

/** A damaged reply is compared with at most so many of the latest probes (probe.md, Rules of the client). */
const MOST_CANDIDATES = 256
/** More differing bytes than this are no match (probe.md). */
const MOST_DIFFERENCES = 12

/** Finds the probe behind a reply whose check is damaged or cut off. */
export class Identifier {
  readonly #plan: ProbePlan
  readonly #probes: ProbeTable
  readonly #expected = new Uint8Array(PROBE_SIZE)

  constructor(plan: ProbePlan, probes: ProbeTable) {
    this.#plan = plan
    this.#probes = probes
  }

  /** The sequence of the client's probe that `got` bytes at `at` answer, or -1. */
  identify(client: number, facts: ClientFacts, bytes: Uint8Array, at: number, got: number, now: Nanos): number {
    const latest = facts.scheduled - 1
    const tiny = got < IDENTIFIED_SIZE || probeSize(this.#plan, latest) < IDENTIFIED_SIZE
    if (tiny) return this.#onlyInFlight(client, latest, now)
    return this.#nearest(client, facts, bytes, at, got, now)
  }

  /**
   * A reply too short to identify answers the one probe in flight. In lock-step, with none in flight, it is one more copy of the
   * latest reply.
   */
  #onlyInFlight(client: number, latest: number, now: Nanos): number {
    let found = -1
    for (let sequence = latest; sequence >= 0 && sequence > latest - MOST_CANDIDATES; sequence--) {
      const row = sequence * this.#plan.clients + client
      if (this.#probes.sentAt(row) <= now - this.#plan.timeout) break
      if (this.#probes.find(row)?.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) continue
      if (found >= 0) return -1
      found = sequence
    }
    if (found < 0 && this.#plan.window === 1 && latest >= 0) {
      const row = latest * this.#plan.clients + client
      if (this.#probes.sentAt(row) > now - this.#plan.timeout) return latest
    }
    return found
  }

  /**
   * What is the very beginning of the probe that it names answers that probe, however late: 13 bytes identify it. Older probes are compared
   * too, or their late replies would pass for replies to their neighbours; but a damaged match must be of the last `timeout`.
   */
  #nearest(client: number, facts: ClientFacts, bytes: Uint8Array, at: number, got: number, now: Nanos): number {
    const latest = facts.scheduled - 1
    const named = this.#named(facts, bytes, at)
    let best = named
    let least = Math.min(this.#distanceTo(client, facts, bytes, at, got, named, MOST_DIFFERENCES), MOST_DIFFERENCES + 1)
    if (least === 0) return named
    let unique = least <= MOST_DIFFERENCES
    for (let sequence = latest; sequence >= 0 && sequence > latest - MOST_CANDIDATES; sequence--) {
      if (sequence === named) continue
      const distance = this.#distanceTo(client, facts, bytes, at, got, sequence, least)
      if (distance === Infinity) break
      if (distance > least) continue
      unique = distance < least
      if (unique) best = sequence
      least = distance
    }
    return unique && this.#probes.sentAt(best * this.#plan.clients + client) > now - this.#plan.timeout ? best : -1
  }

  /** The sequence that the bytes themselves tell, right or damaged; -1: none that was sent. */
  #named(facts: ClientFacts, bytes: Uint8Array, at: number): number {
    const low = readSequence(bytes, at)
    const sequence = low < 0 ? -1 : extendSequence(low, facts.scheduled)
    return sequence < facts.scheduled ? sequence : -1
  }

  /** How far the bytes are from the beginning of a probe; Infinity if nothing is known of that any more. */
  #distanceTo(
    client: number,
    facts: ClientFacts,
    bytes: Uint8Array,
    at: number,
    got: number,
    sequence: number,
    limit: number,
  ): number {
    if (sequence < 0) return Infinity
    const sent = this.#probes.sentAt(sequence * this.#plan.clients + client)
    if (sent === -Infinity) return Infinity
    const size = probeSize(this.#plan, sequence)
    writeProbe(this.#expected, 0, size, sequence, facts.run, sent)
    return this.#distance(bytes, at, got, Math.min(size, SLOT_AT), limit)
  }

  /** Differing bytes among the first 50, the kind aside where it is `Q`, `R` or `D`; stops counting above `limit`. */
  #distance(bytes: Uint8Array, at: number, got: number, have: number, limit: number): number {
    const end = Math.min(got, SLOT_AT)
    let distance = 0
    for (let i = 0; i < end && distance <= limit; i++) {
      const byte = bytes[at + i]
      if (i < have && (byte === this.#expected[i] || (i === OFFSET.kind && isAnswerTo(byte)))) continue
      distance += 1
    }
    return distance
  }
}

/** A server changes the kind of what it answers or returns. */
function isAnswerTo(kind: number | undefined): boolean {
  return kind === KIND.reply || kind === KIND.damaged
}
