import { SECOND, type Nanos } from '../base/nanos.ts'
import type { IcmpDoubt } from '../facts/ignored-icmp.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { clientOfSource, indexOfSource } from '../facts/source.ts'
import {
  extendSequence,
  hasMagic,
  IDENTIFIED_SIZE,
  KIND,
  OFFSET,
  PROBE_SIZE,
  readRun,
  readSequence,
  SLOT_AT,
  writeProbe,
} from '../wire/probe.ts'

/** No datagram and no error about it lives longer in the network (MSL, RFC 9293 section 3.4.1); IPv6 waits 60 s for fragments (RFC 8200). */
const LONGEST_LIFE: Nanos = 120 * SECOND
/** A quote too short for a whole sequence is compared with at most so many of the latest probes. */
const MAX_CANDIDATES = 256
/** An error with extensions pads a shorter datagram with zeros to 128 bytes, at least 80 of them behind the UDP header (RFC 4884 section 5). */
const PADDED = 80

/** A receipts question of ours is quoted, which is no probe. */
export const QUESTION = 'question'

/** Finds the probe that an ICMP error quotes: every quoted byte of its header must be as it was sent, and it must be open. */
export class QuotedProbe {
  readonly #facts: RunFacts
  readonly #expected = new Uint8Array(PROBE_SIZE)

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  /** The sequence of the probe that left by this socket and is quoted, or why there is none. Of what quotes nothing, see OpenProbes.newest. */
  find(socket: number, quoted: Uint8Array, now: Nanos): number | IcmpDoubt | typeof QUESTION {
    const { clients } = this.#facts.plan
    const client = this.#facts.clients[clientOfSource(socket, clients)]
    if (client === undefined) return 'foreign'
    const named = this.#named(quoted, client.run, client.scheduled)
    if (named === QUESTION || named === 'foreign') return named
    if (typeof named === 'number') {
      const doubt = this.#check(socket, named, quoted, now)
      if (doubt !== 'quote') return doubt ?? named
    }
    return this.#beginning(socket, quoted, now, client.scheduled)
  }

  /** What a quoted header says of itself; undefined: nothing, or not enough. */
  #named(quoted: Uint8Array, run: number, scheduled: number): number | 'foreign' | typeof QUESTION | undefined {
    if (quoted.length < IDENTIFIED_SIZE || !hasMagic(quoted, 0, quoted.length)) return undefined
    const kind = quoted[OFFSET.kind]
    const isOther = quoted.length >= OFFSET.length && readRun(quoted, 0) !== run
    if (kind === KIND.request) return isOther ? 'foreign' : QUESTION
    const low = readSequence(quoted, 0)
    if (kind !== KIND.probe || low < 0) return undefined
    const sequence = extendSequence(low, scheduled)
    return isOther || sequence >= scheduled ? 'foreign' : sequence
  }

  /** The newest open probe whose beginning is quoted: of a quote, or a probe, that has no room for a sequence. */
  #beginning(socket: number, quoted: Uint8Array, now: Nanos, scheduled: number): number | IcmpDoubt {
    const { sizes } = this.#facts.plan
    if (quoted.length >= IDENTIFIED_SIZE && sizes.every(size => size >= IDENTIFIED_SIZE)) return 'quote'
    let found: number | IcmpDoubt = 'quote'
    for (let sequence = scheduled - 1; sequence >= Math.max(0, scheduled - MAX_CANDIDATES); sequence--) {
      const doubt = this.#check(socket, sequence, quoted, now)
      // Most hosts quote as much as there is, so a probe that ends with the quote fits it better than a longer one.
      if (doubt === undefined && probeSize(this.#facts.plan, sequence) === quoted.length) return sequence
      if (typeof found !== 'number' && (doubt === undefined || found === 'quote')) found = doubt ?? sequence
    }
    return found
  }

  /** What is against the error being about this probe; undefined: nothing. */
  #check(socket: number, sequence: number, quoted: Uint8Array, now: Nanos): IcmpDoubt | undefined {
    const { plan, probes, finalRows } = this.#facts
    const row = sequence * plan.clients + clientOfSource(socket, plan.clients)
    const page = probes.find(row)
    // A final page may be gone, and what was sent with it.
    if (page === undefined || row < finalRows) return 'old'
    const place = row % PAGE_ROWS
    const sent = page.sent[place] ?? 0
    if (!this.#isQuoted(socket, sequence, sent, quoted)) return 'quote'
    if ((page.source?.[place] ?? 0) !== indexOfSource(socket, plan.clients)) return 'foreign'
    if (page.outcome[place] !== OUTCOME.waiting) return 'settled'
    return now - sent > LONGEST_LIFE ? 'old' : undefined
  }

  #isQuoted(socket: number, sequence: number, sent: Nanos, quoted: Uint8Array): boolean {
    const { plan, clients } = this.#facts
    const size = probeSize(plan, sequence)
    const run = clients[clientOfSource(socket, plan.clients)]?.run ?? 0
    const expected = this.#expected
    writeProbe(expected, 0, size, sequence, run, sent)
    // The time of sending, in ns, is quoted too where there is room, and who does not see the probes cannot know it.
    const end = Math.min(quoted.length, size, SLOT_AT)
    for (let i = 0; i < end; i++) if (quoted[i] !== expected[i]) return false
    if (this.followsInTrain(socket, sequence + 1)) return true
    for (let i = size; i < Math.min(quoted.length, PADDED); i++) if (quoted[i] !== 0) return false
    return true
  }

  /** Whether a probe left in one message of the kernel with the one before it. */
  followsInTrain(socket: number, sequence: number): boolean {
    const { plan, probes } = this.#facts
    const row = sequence * plan.clients + clientOfSource(socket, plan.clients)
    return (probes.find(row)?.train[row % PAGE_ROWS] ?? 0) > 0
  }
}
