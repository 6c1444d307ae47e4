import type { Nanos } from '../../base/nanos.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import type { ExtraProbe, StampFacts } from '../../facts/stamp.ts'
import { latestClose, lingerOf } from '../linger.ts'
import type { Outbox } from '../machine.ts'
import { addRow } from '../outbox-row.ts'
import type { Exchange } from '../probe-protocol.ts'
import type { Reception } from '../reception.ts'
import type { PacketWriter } from './packet-writer.ts'
import type { ReflectorKinds } from './reflector-kinds.ts'

/** Copies of probes that a client sends at the most until the kind of its reflector is proved. */
const MAX_COPIES = 8
/** Probes after the last one of a client, until one is answered. */
const MAX_CLOSING = 3
/** A copy is of this probe or a later one: some reflectors count from 0 again when they receive number 0 (docs/stamp.md). */
const FIRST_COPIED = 1

/** What a client still sends. */
interface Closing {
  readonly client: number
  sent: number
  /** When the next one is sent, or the last one given up. */
  due: Nanos
}

/**
 * Sends packets that are in no ledger: copies of the first probes, which prove whether the reflector counts, and closing probes, whose replies
 * show what became of the losses before them (docs/stamp.md).
 */
export class ExtraProbes implements Exchange {
  coveredRows = 0
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #stamp: StampFacts
  readonly #writer: PacketWriter
  readonly #kinds: ReflectorKinds
  /** Clients of which a probe was sent, and a copy is due. */
  readonly #copies = new Set<number>()
  readonly #closing: Closing[] = []
  /** How long a reply to a closing probe is awaited. */
  #wait: Nanos = 0

  constructor(plan: ProbePlan, facts: RunFacts, stamp: StampFacts, writer: PacketWriter, kinds: ReflectorKinds) {
    this.#plan = plan
    this.#facts = facts
    this.#stamp = stamp
    this.#writer = writer
    this.#kinds = kinds
  }

  get done(): boolean {
    return this.#closing.length === 0
  }

  /** A client's probe was written. */
  probed(client: number, sequence: number): void {
    if (sequence < FIRST_COPIED || this.#kinds.isProved(client)) return
    if (this.#extras(client).length < MAX_COPIES) this.#copies.add(client)
  }

  /** How many packets the session has sent, with the probe of this number. */
  sent(client: number, sequence: number): number {
    return sequence + 1 + this.#extras(client).length
  }

  /** The extra probe of a client with this number and time; undefined: there is none. */
  find(client: number, sequence: number, isTime: (sent: Nanos) => boolean): ExtraProbe | undefined {
    return this.#extras(client).find(extra => extra.sequence === sequence && isTime(extra.sent))
  }

  /** An extra probe was answered for the first time. */
  answered(client: number, { sequence }: ExtraProbe): void {
    if (sequence < (this.#facts.clients[client]?.scheduled ?? 0)) return
    const at = this.#closing.findIndex(closing => closing.client === client)
    if (at >= 0) this.#closing.splice(at, 1)
  }

  begin(_: number, to: number, { largestRtt }: Reception, now: Nanos): void {
    this.coveredRows = to
    // With `--summary` losses before the end have no direction, so those at the end get none either.
    if (to !== Infinity || this.#plan.summary || now >= latestClose(this.#facts)) return
    const { timeout } = this.#plan
    this.#wait = lingerOf({ timeout }, largestRtt)
    this.#copies.clear()
    for (const [client, { replies, scheduled }] of this.#facts.clients.entries()) {
      if (replies === 0 || this.#kinds.isStateless(client) || this.#kinds.newest(client) === scheduled - 1) continue
      this.#closing.push({ client, sent: 0, due: now })
    }
  }

  lookAgain(): boolean {
    return false
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    if (this.#copies.size === 0 && this.#closing.length === 0) return Infinity
    let used = outbox.count === 0 ? 0 : (outbox.at[outbox.count - 1] ?? 0) + (outbox.size[outbox.count - 1] ?? 0)
    const hasRoom = (): boolean => outbox.count < outbox.capacity && used + 0xffff <= outbox.room
    for (const client of this.#copies) {
      if (!hasRoom()) break
      this.#copies.delete(client)
      // Another time than that of the probe, so that T1 distinguishes their replies.
      if (!this.#kinds.isProved(client)) used += this.#write(outbox, used, client, this.#scheduled(client) - 1, now + 1)
    }
    let wake = this.#copies.size > 0 ? now : Infinity
    const latest = latestClose(this.#facts)
    for (let n = this.#closing.length - 1; n >= 0; n--) {
      const closing = this.#closing[n]
      if (closing === undefined) continue
      if (closing.due <= now && (closing.sent === MAX_CLOSING || now >= latest)) {
        this.#closing.splice(n, 1)
        continue
      }
      if (closing.due <= now && hasRoom()) {
        const { client } = closing
        used += this.#write(outbox, used, client, this.#scheduled(client) + closing.sent, now)
        closing.sent += 1
        closing.due = Math.min(latest, now + this.#wait)
      }
      wake = Math.min(wake, closing.due)
    }
    return wake
  }

  /** Writes a packet that leaves at `sent`, and returns its size. */
  #write(outbox: Outbox, used: number, client: number, sequence: number, sent: Nanos): number {
    const size = probeSize(this.#plan, sequence)
    const extras = this.#extras(client)
    extras.push({ sequence, sent })
    this.#writer.write(outbox.bytes, used, size, sequence, sent, this.#scheduled(client) + extras.length)
    addRow(outbox, used, size, client, -1)
    return size
  }

  #extras(client: number): ExtraProbe[] {
    return this.#stamp.sessions[client]?.extras ?? []
  }

  #scheduled(client: number): number {
    return this.#facts.clients[client]?.scheduled ?? 0
  }
}
