import type { Address } from '../../base/address.ts'
import { equalBytes } from '../../base/bytes.ts'
import { LEAST_MTU, packetSize } from '../../base/fragments.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { QueryFate, QueryRequest } from '../../facts/query.ts'
import { later } from '../../facts/real-time.ts'
import type { Reading, ServiceRequest } from '../../wire/services/service.ts'

/** The longest time that a request stays open after its timeout. */
const MAX_LINGER: Nanos = 2 * SECOND

/** The source of a datagram, as the kernel writes it. */
export type Source = Pick<Address, 'address' | 'port'>

/** A request that has been sent. */
export interface SentRequest extends Pick<ServiceRequest, 'read'> {
  /** The local port that it left from. */
  readonly port: number
  /** The target as the kernel writes the source of its datagrams. */
  readonly peer: Source
  /** Whether an answer names its request. */
  readonly named: boolean
  readonly facts: QueryRequest
  readonly sentAt: Nanos
  readonly timeout: Nanos
}

/** What a datagram from the target is to a request. */
export type Booking =
  'answer' | 'duplicate' | Extract<Reading, { readonly what: 'unmatched' | 'malformed' | 'askAgain' }>

/** How long a request stays open after its timeout, so that a late answer is seen. */
function lingerOf(timeout: Nanos): Nanos {
  return Math.min(timeout, MAX_LINGER)
}

/** One request from its sending until it is closed. It decides its fate, and what each datagram from the target is to it. */
export class RequestWindow {
  readonly port: number
  readonly facts: QueryRequest
  /** When its timeout is over. */
  readonly expires: Nanos
  /** Its timeout is over, or it has its fate. */
  #settled = false
  readonly #sent: SentRequest
  readonly #closes: Nanos

  constructor(sent: SentRequest) {
    this.#sent = sent
    this.port = sent.port
    this.facts = sent.facts
    this.expires = sent.sentAt + sent.timeout
    this.#closes = this.expires + lingerOf(sent.timeout)
  }

  get isWaiting(): boolean {
    return !this.#settled
  }

  /** It got no answer in time, and a late one may still come. */
  get isLingering(): boolean {
    return this.#settled && (this.facts.fate === 'silent' || (this.facts.fate === 'unreachable' && !this.#isClosedPort))
  }

  get hasAnswer(): boolean {
    return this.facts.rtt !== undefined
  }

  /** When it needs no open port any more. After an answer copies of it may come until the run ends. */
  get closes(): Nanos {
    if (this.hasAnswer) return Infinity
    if (this.facts.fate === 'refused') return -Infinity
    return this.#isClosedPort ? this.expires : this.#closes
  }

  /** When no answer to it, and no copy, can be taken for an answer to the next request from its port. */
  quietFrom(quiet: Nanos): Nanos {
    const { rtt } = this.facts
    return rtt === undefined ? this.closes : this.#sent.sentAt + rtt + quiet
  }

  /** A closed port sent an ICMP error, after which no answer is expected. */
  get #isClosedPort(): boolean {
    return this.facts.error === 'ECONNREFUSED'
  }

  isFrom({ address, port }: Source): boolean {
    return this.#sent.peer.port === port && this.#sent.peer.address === address
  }

  /** Whether a datagram would answer the request if the target had sent it. */
  isAnsweredBy(datagram: Uint8Array): boolean {
    const { what } = this.#sent.read(datagram)
    return what === 'answer' || what === 'askAgain'
  }

  /** Books a datagram from the target. `canAskAgain`: another request may follow. */
  receive(datagram: Uint8Array, now: Nanos, canAskAgain: boolean): Booking {
    const { reply } = this.facts
    if (reply !== undefined && equalBytes(reply, datagram)) return 'duplicate'
    const reading = this.#sent.read(datagram)
    if (reading.what === 'unmatched' || reading.what === 'malformed') return reading
    // The same id again, with other contents.
    if (this.hasAnswer)
      return this.#sent.named ? 'duplicate' : { what: 'unmatched', why: 'its request has an answer already' }
    const isLate = now > this.expires
    if (reading.what === 'answer') {
      this.#take(datagram, now, isLate ? 'late' : 'answered')
      this.facts.answer = reading.answer
      if (isLate) this.dropRecords()
      return 'answer'
    }
    if (!isLate && !canAskAgain) return { what: 'unmatched', why: 'it differs from the request again' }
    this.#take(datagram, now, isLate ? 'late' : 'askedAgain')
    if (isLate) return 'answer'
    this.facts.because = reading.because
    return reading
  }

  /**
   * An ICMP error came back. Only a closed port ends the wait: the other errors may be temporary or forged, and an answer within the timeout
   * disproves them. "Too big" cannot be true for a packet that every path carries (docs/ledger.md, Evidence).
   */
  unreachable(error: string): void {
    const { size, target } = this.facts
    if (error === 'EMSGSIZE' && packetSize(size, target.family) <= LEAST_MTU[target.family]) return
    if (this.hasAnswer || this.facts.fate === 'refused') return
    if (error === 'ECONNREFUSED') this.facts.error = error
    else this.facts.error ??= error
    if (error === 'ECONNREFUSED' || this.#settled) this.#settle('unreachable')
  }

  /** The local kernel refused to send it. */
  refuse(error: string): void {
    if (this.hasAnswer) return
    this.facts.error = error
    this.#settle('refused')
  }

  /** Drops the records of its answer, which is not the one that is shown: a name server can make 10 MB of them from 64 KiB. */
  dropRecords(): void {
    const { answer } = this.facts
    if (answer?.service === 'dns') this.facts.answer = { ...answer, records: [] }
  }

  /** Its timeout is over. */
  expire(): void {
    if (this.isWaiting) this.#settle(this.facts.error === undefined ? 'silent' : 'unreachable')
  }

  #take(datagram: Uint8Array, now: Nanos, fate: QueryFate): void {
    const rtt = now - this.#sent.sentAt
    // A copy: the engine may reuse the memory.
    this.facts.reply = new Uint8Array(datagram)
    this.facts.rtt = rtt
    this.facts.answeredAt = later(this.facts.sentAt, rtt)
    // An answer disproves an ICMP error.
    delete this.facts.error
    this.#settle(fate)
  }

  #settle(fate: QueryFate): void {
    this.facts.fate = fate
    this.#settled = true
  }
}
