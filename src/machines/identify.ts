import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { OUTCOME, PAGE_ROWS, type ProbeTable } from '../facts/probe-table.ts'
import { probeSize, type ClientFacts } from '../facts/run.ts'
import { extendSequence, IDENTIFIED_SIZE, KIND, OFFSET, PROBE_SIZE, readSequence, SLOT_AT, writeProbe } from '../wire/probe.ts'

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
    const named = this.#named(client, facts, bytes, at, got)
    return named >= 0 ? named : this.#nearest(client, facts, bytes, at, got, now)
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

  /** What is the very beginning of the probe that it names answers that probe, however late: 13 bytes identify it. */
  #named(client: number, facts: ClientFacts, bytes: Uint8Array, at: number, got: number): number {
    const low = readSequence(bytes, at)
    if (low < 0) return -1
    const sequence = extendSequence(low, facts.scheduled)
    if (sequence >= facts.scheduled) return -1
    const sent = this.#probes.sentAt(sequence * this.#plan.clients + client)
    if (sent === -Infinity) return -1
    const size = probeSize(this.#plan, sequence)
    writeProbe(this.#expected, 0, size, sequence, facts.run, sent)
    return this.#distance(bytes, at, got, Math.min(size, SLOT_AT), 0) === 0 ? sequence : -1
  }

  /**
   * Older probes are compared too, or their late replies would pass for replies to their neighbours; but the match must be a probe of
   * the last `timeout`.
   */
  #nearest(client: number, facts: ClientFacts, bytes: Uint8Array, at: number, got: number, now: Nanos): number {
    const latest = facts.scheduled - 1
    let best = -1
    let least = MOST_DIFFERENCES + 1
    let unique = false
    for (let sequence = latest; sequence >= 0 && sequence > latest - MOST_CANDIDATES; sequence--) {
      const row = sequence * this.#plan.clients + client
      const sent = this.#probes.sentAt(row)
      if (sent === -Infinity) break
      const size = probeSize(this.#plan, sequence)
      writeProbe(this.#expected, 0, size, sequence, facts.run, sent)
      const distance = this.#distance(bytes, at, got, Math.min(size, SLOT_AT), least)
      if (distance > least) continue
      unique = distance < least
      if (unique) best = sent > now - this.#plan.timeout ? sequence : -1
      least = distance
    }
    return unique ? best : -1
  }

  /** Differing bytes among the first 50, the kind aside where it is `Q` or `R`; stops counting above `limit`. */
  #distance(bytes: Uint8Array, at: number, got: number, have: number, limit: number): number {
    const end = Math.min(got, SLOT_AT)
    let distance = 0
    for (let i = 0; i < end && distance <= limit; i++) {
      const byte = bytes[at + i]
      if (i < have && (byte === this.#expected[i] || (i === OFFSET.kind && byte === KIND.reply))) continue
      distance += 1
    }
    return distance
  }
}
