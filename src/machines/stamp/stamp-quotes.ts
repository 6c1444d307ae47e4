import type { Nanos } from '../../base/nanos.ts'
import type { IcmpDoubt } from '../../facts/ignored-icmp.ts'
import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import { clientOfSource } from '../../facts/source.ts'
import { extendSequence } from '../../wire/probe.ts'
import { AUTHENTICATED_SIZE, layoutOf, readSequence, type Layout } from '../../wire/stamp/packet.ts'
import { LONGEST_LIFE } from '../datagram-life.ts'
import { NO_PROBE, type Quotes } from '../probe-protocol.ts'
import type { ExtraProbes } from './extra-probes.ts'
import type { PacketWriter } from './packet-writer.ts'

/** A sequence number; a shorter quote names no probe. */
const SHORTEST_QUOTE = 4

/** Finds the probe that an ICMP error quotes: every quoted octet of its base packet must match, and it must be open. */
export class StampQuotes implements Quotes {
  readonly #facts: RunFacts
  readonly #writer: PacketWriter
  readonly #extras: ExtraProbes
  readonly #layout: Layout
  readonly #expected = new Uint8Array(AUTHENTICATED_SIZE)

  constructor(plan: StampPlan, facts: RunFacts, writer: PacketWriter, extras: ExtraProbes) {
    this.#facts = facts
    this.#writer = writer
    this.#extras = extras
    this.#layout = layoutOf(plan.isAuthenticated)
  }

  find(socket: number, quoted: Uint8Array, now: Nanos): number | IcmpDoubt | typeof NO_PROBE {
    const { plan, clients, probes, finalRows } = this.#facts
    const number = clientOfSource(socket, plan.clients)
    if (quoted.length < SHORTEST_QUOTE) return 'quote'
    const scheduled = clients[number]?.scheduled ?? 0
    const sequence = extendSequence(readSequence(quoted, 0), scheduled)
    const isQuoted = (sent: Nanos): boolean => this.#isQuoted(sequence, sent, quoted)
    const row = sequence * plan.clients + number
    const page = sequence < scheduled && row >= finalRows ? probes.find(row) : undefined
    const sent = page?.sent[row % PAGE_ROWS] ?? Infinity
    if (page === undefined || !isQuoted(sent)) {
      if (this.#extras.find(number, sequence, isQuoted) !== undefined) return NO_PROBE
      return sequence >= scheduled ? 'foreign' : page === undefined ? 'old' : 'quote'
    }
    if (page.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) return 'settled'
    return now - sent > LONGEST_LIFE ? 'old' : sequence
  }

  /** The timestamp is compared too if it is quoted; an off-path attacker cannot know it. */
  #isQuoted(sequence: number, sent: Nanos, quoted: Uint8Array): boolean {
    const size = probeSize(this.#facts.plan, sequence)
    this.#writer.writeBase(this.#expected, 0, Math.min(size, this.#expected.length), sequence, sent)
    const { mac, size: base } = this.#layout
    const end = Math.min(quoted.length, size, mac < 0 ? base : mac)
    for (let i = 0; i < end; i++) if (quoted[i] !== this.#expected[i]) return false
    return true
  }
}
