import { errnoName } from '../base/errno.ts'
import type { Nanos } from '../base/nanos.ts'
import { sameError, type IcmpError } from '../facts/icmp.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type ClientFacts, type RunFacts } from '../facts/run.ts'
import { clientOfSource } from '../facts/source.ts'
import { checkedKind, extendSequence, KIND, readRun, readSequence } from '../wire/probe.ts'
import type { Inquiry } from './inquiry.ts'
import type { OpenProbes } from './open-probes.ts'
import type { Reception } from './reception.ts'

/** Books every ICMP error on the probe that it is about, and keeps one list of the distinct errors of a run. */
export class IcmpBooking {
  readonly #facts: RunFacts
  readonly #open: OpenProbes
  readonly #reception: Reception
  readonly #inquiry: Inquiry

  constructor(facts: RunFacts, open: OpenProbes, reception: Reception, inquiry: Inquiry) {
    this.#facts = facts
    this.#open = open
    this.#reception = reception
    this.#inquiry = inquiry
  }

  /** `quoted` is the head of the datagram that the error is about, as far as the engine saw it. */
  book(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void {
    const { clients } = this.#facts.plan
    const client = socket === clients ? undefined : this.#facts.clients[clientOfSource(socket, clients)]
    if (client === undefined) return
    const sequence = quotedSequence(client, quoted) ?? this.#unquotedSequence(socket, quoted, error.before)
    if (!this.#open.has(socket, sequence)) return
    // An error about the size of a probe does not show that nobody is there to ask for receipts.
    if (errnoName(error.errno) !== 'EMSGSIZE') this.#reception.heardAnything = true
    const number = this.#number(error)
    this.#open.fail(socket, sequence, OUTCOME.unreachable, number, now)
    // A quote longer than the probe is the head of a train: it was still one packet when it met the error.
    if (quoted.length <= probeSize(this.#facts.plan, sequence)) return
    for (let next = sequence + 1; this.#followsInTrain(socket, next); next++)
      this.#open.fail(socket, next, OUTCOME.unreachable, number, now)
  }

  #followsInTrain(socket: number, sequence: number): boolean {
    const { plan, probes } = this.#facts
    const row = sequence * plan.clients + clientOfSource(socket, plan.clients)
    return (probes.find(row)?.train[row % PAGE_ROWS] ?? 0) > 0
  }

  /**
   * An error that quotes nothing is booked on the newest unanswered probe sent before it (ledger.md, Rules of evidence). But a receipts
   * question may be what it is about: an error that quotes one is no probe's, and while one is open, neither is one that quotes nothing.
   */
  #unquotedSequence(socket: number, quoted: Uint8Array, before: number | undefined): number {
    const ours = this.#inquiry.done && checkedKind(quoted, 0, quoted.length) !== KIND.request
    return ours ? this.#open.newest(socket, before) : -1
  }

  /** The error's place in the list, where it is added if it is new. */
  #number(error: IcmpError): number {
    const { icmp } = this.#facts
    const at = icmp.findIndex(known => sameError(known, error))
    if (at >= 0) return at
    const { before: _, ...kept } = error
    return icmp.push(kept) - 1
  }
}

/** The sequence of the client's probe that is quoted; undefined where the quote proves none. */
function quotedSequence(client: ClientFacts, quoted: Uint8Array): number | undefined {
  if (checkedKind(quoted, 0, quoted.length) !== KIND.probe || readRun(quoted, 0) !== client.run) return undefined
  return extendSequence(readSequence(quoted, 0), client.scheduled)
}
