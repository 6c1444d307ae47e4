import type { Nanos } from '../../base/nanos.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { ClientFacts, RunFacts } from '../../facts/run.ts'
import { readUint32 } from '../../wire/big-endian.ts'
import { extendSequence } from '../../wire/probe.ts'
import { readSenderSequence, type Layout } from '../../wire/stamp/packet.ts'
import type { Datagram } from '../datagram.ts'
import type { OpenProbes } from '../open-probes.ts'
import type { ProbeClock } from './probe-clock.ts'

/** A reply with a damaged number is compared with this many of the latest probes. */
const MAX_CANDIDATES = 256

/**
 * Which packet a reply answers, by what it copied: its sequence number and its T1. Both are needed, because a probe and its copy have the same
 * number.
 */
export class ReplyIdentity {
  /** The copied number: that of a probe, or one that was not sent as such. */
  sequence = 0
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #open: OpenProbes
  readonly #clock: ProbeClock
  readonly #layout: Layout
  /** The copied T1. */
  #high = 0
  #low = 0

  constructor(facts: RunFacts, open: OpenProbes, clock: ProbeClock, layout: Layout) {
    this.#plan = facts.plan
    this.#facts = facts
    this.#open = open
    this.#clock = clock
    this.#layout = layout
  }

  /** Reads what a datagram copied. False: it is no reply, but too short, or from an echo server, which returns zeros in these fields. */
  read({ bytes, at, size }: Datagram, client: ClientFacts): boolean {
    const { senderTimestamp } = this.#layout
    if (size < senderTimestamp + 8) return false
    this.#high = readUint32(bytes, at + senderTimestamp)
    this.#low = readUint32(bytes, at + senderTimestamp + 4)
    this.sequence = extendSequence(readSenderSequence(bytes, at, this.#layout), client.scheduled)
    return this.#high !== 0 || this.#low !== 0
  }

  /** Whether it is a reply to a packet sent at this time. */
  readonly isTime = (sent: Nanos): boolean => {
    this.#clock.set(sent)
    return this.#clock.low === this.#low && this.#clock.high === this.#high
  }

  /** Whether it is a reply to the client's probe with its number. */
  isProbe(number: number, client: ClientFacts): boolean {
    return this.sequence < client.scheduled && this.#isTimeOf(this.sequence, number)
  }

  /** The probe of a reply that is to none because its number or T1 is damaged; -1: none. A number that was never sent is not ours. */
  damaged(reply: Datagram, number: number, client: ClientFacts): number {
    const { sequence } = this
    if (sequence >= client.scheduled) return -1
    const latest = client.scheduled - 1
    for (let other = latest; other >= 0 && other > latest - MAX_CANDIDATES; other--)
      if (this.#isTimeOf(other, number)) return other
    const isRecent = this.#sentAt(sequence, number) > reply.now - this.#plan.timeout
    return isRecent && this.#open.has(reply.socket, sequence) ? sequence : -1
  }

  #isTimeOf(sequence: number, number: number): boolean {
    const sent = this.#sentAt(sequence, number)
    return sent > -Infinity && this.isTime(sent)
  }

  #sentAt(sequence: number, number: number): Nanos {
    return this.#facts.probes.sentAt(sequence * this.#plan.clients + number)
  }
}
