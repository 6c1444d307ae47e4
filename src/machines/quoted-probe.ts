import type { Nanos } from '../base/nanos.ts'
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
import { LONGEST_LIFE } from './datagram-life.ts'
import { NO_PROBE, type Quotes } from './probe-protocol.ts'

/** A quote too short for a whole sequence is compared with at most this many of the latest probes. */
const MAX_CANDIDATES = 256
/** An error with extensions pads a shorter datagram with zeros to 128 bytes, at least 80 of them after the UDP header (RFC 4884 section 5). */
const PADDED = 80

/** Finds the probe that an ICMP error quotes: every quoted byte of its header must match, and it must be open. */
export class QuotedProbe implements Quotes {
  readonly #facts: RunFacts
  readonly #expected = new Uint8Array(PROBE_SIZE)

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  /**
   * The sequence of the quoted probe, sent from this socket, or the reason why there is none. For an error without a quote see
   * OpenProbes.newest.
   */
  find(socket: number, quoted: Uint8Array, now: Nanos): number | IcmpDoubt | typeof NO_PROBE {
    const { clients } = this.#facts.plan
    const client = this.#facts.clients[clientOfSource(socket, clients)]
    if (client === undefined) return 'foreign'
    const named = this.#named(quoted, client.run, client.scheduled)
    if (named === NO_PROBE || named === 'foreign') return named
    if (typeof named === 'number') {
      const doubt = this.#check(socket, named, quoted, now)
      if (doubt !== 'quote') return doubt ?? named
    }
    return this.#beginning(socket, quoted, now, client.scheduled)
  }

  /** The sequence in a quoted header; undefined: there is no complete one. */
  #named(quoted: Uint8Array, run: number, scheduled: number): number | 'foreign' | typeof NO_PROBE | undefined {
    if (quoted.length < IDENTIFIED_SIZE || !hasMagic(quoted, 0, quoted.length)) return undefined
    const kind = quoted[OFFSET.kind]
    const isOther = quoted.length >= OFFSET.length && readRun(quoted, 0) !== run
    if (kind === KIND.request) return isOther ? 'foreign' : NO_PROBE
    const low = readSequence(quoted, 0)
    if (kind !== KIND.probe || low < 0) return undefined
    const sequence = extendSequence(low, scheduled)
    return isOther || sequence >= scheduled ? 'foreign' : sequence
  }

  /** The newest open probe that begins with the quote, if the quote or the probe is too short for a sequence. */
  #beginning(socket: number, quoted: Uint8Array, now: Nanos, scheduled: number): number | IcmpDoubt {
    const { sizes } = this.#facts.plan
    if (quoted.length >= IDENTIFIED_SIZE && sizes.every(size => size >= IDENTIFIED_SIZE)) return 'quote'
    let found: number | IcmpDoubt = 'quote'
    for (let sequence = scheduled - 1; sequence >= Math.max(0, scheduled - MAX_CANDIDATES); sequence--) {
      const doubt = this.#check(socket, sequence, quoted, now)
      // Most hosts quote everything up to a limit, so a probe that ends with the quote is a better match than a longer one.
      if (doubt === undefined && probeSize(this.#facts.plan, sequence) === quoted.length) return sequence
      if (typeof found !== 'number' && (doubt === undefined || found === 'quote')) found = doubt ?? sequence
    }
    return found
  }

  /** The reason why the error cannot be about this probe; undefined: none. */
  #check(socket: number, sequence: number, quoted: Uint8Array, now: Nanos): IcmpDoubt | undefined {
    const { plan, probes, finalRows } = this.#facts
    const row = sequence * plan.clients + clientOfSource(socket, plan.clients)
    const page = probes.find(row)
    // The page of a final row may be retired, and its send time with it.
    if (page === undefined || row < finalRows) return 'old'
    const place = row % PAGE_ROWS
    const sent = page.sent[place] ?? 0
    if (!this.#isQuoted(socket, sequence, sent, quoted)) return 'quote'
    if ((page.source?.[place] ?? 0) !== indexOfSource(socket, plan.clients)) return 'foreign'
    if (page.outcome[place] !== OUTCOME.waiting) return 'settled'
    return now - sent > LONGEST_LIFE ? 'old' : undefined
  }

  #isQuoted(socket: number, sequence: number, sent: Nanos, quoted: Uint8Array): boolean {
    const { plan, clients, probes } = this.#facts
    const client = clientOfSource(socket, plan.clients)
    const size = probeSize(plan, sequence)
    const run = clients[client]?.run ?? 0
    const expected = this.#expected
    writeProbe(expected, 0, size, sequence, run, sent)
    // The send time, in ns, is compared too if it is quoted; an off-path attacker cannot know it.
    const end = Math.min(quoted.length, size, SLOT_AT)
    for (let i = 0; i < end; i++) if (quoted[i] !== expected[i]) return false
    if (probes.followsInTrain((sequence + 1) * plan.clients + client)) return true
    for (let i = size; i < Math.min(quoted.length, PADDED); i++) if (quoted[i] !== 0) return false
    return true
  }
}
