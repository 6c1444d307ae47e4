import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RunFacts } from '../facts/run.ts'
import { clientOfSource, sourceNumber } from '../facts/source.ts'
import { CHECKED_SIZE, hasMagic, KIND, OFFSET, readRun } from '../wire/probe.ts'
import { writeReceiptsRequest, type ReceiptsAnswer, type ReceiptsRequest } from '../wire/receipts.ts'
import type { EarlyRequests } from './early-requests.ts'
import type { Outbox } from './machine.ts'
import { latestClose } from './linger.ts'
import { addRow } from './outbox-row.ts'
import { ReceiptsAccounts } from './receipts-accounts.ts'
import type { Reception } from './reception.ts'
import { ReceiptsExchange } from './receipts-exchange.ts'
import { receiptRows } from './receipt-rows.ts'

/** Minimum and maximum length of a receipts request about sequences (docs/wire-format.md, Receipts). */
const SHORTEST_REQUEST = 300
const LONGEST_REQUEST = 1200
/** Clients with simultaneous exchanges: enough to be fast, few enough for a default receive buffer. */
const CLIENTS_AT_ONCE = 32

interface AddressedRequest {
  readonly socket: number
  readonly request: ReceiptsRequest
}

/** The receipts client: requests from the server, client by client, the state of every unanswered probe in a range of rows. */
export class ReceiptsClient {
  /** Rows below this one were requested, or needed no request. */
  coveredRows = 0
  /** Requests while probes are sent. Absent if the plan has none. */
  readonly early: EarlyRequests | undefined
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #exchanges = new Map<number, ReceiptsExchange>()
  #waiting: number[] = []
  #from = 0
  #to = 0
  #answered = false
  #anyAnswer = false
  /** The largest round trip when the exchange began. */
  #roundTrip: Nanos = 0
  #largestAnswered = 0
  readonly #numbers = new Map<number, number>()
  #again = false
  readonly #accounts: ReceiptsAccounts

  constructor(plan: ProbePlan, facts: RunFacts, early?: EarlyRequests) {
    this.early = early
    this.#plan = plan
    this.#facts = facts
    this.#accounts = new ReceiptsAccounts(facts)
  }

  get done(): boolean {
    return this.#exchanges.size === 0 && this.#waiting.length === 0
  }

  /** A udptool server's reply of `got` bytes arrived: a path that cuts probes or replies at this length would cut longer requests too. */
  noteReplySize(got: number): void {
    this.#answered = true
    if (got > this.#largestAnswered) this.#largestAnswered = got
  }

  /**
   * Starts the requests about rows from…to-1: only if some reply was of kind `R`, or nothing at all arrived. If all probes are too small for
   * receipts it sends none: an echoed request that is cut short would look like a reply.
   */
  begin(from: number, to: number, { receivedAny, largestRtt }: Reception, now: Nanos): void {
    this.#roundTrip = largestRtt
    this.#from = from
    this.#to = to
    // An interrupted exchange is repeated, but its request numbers are not reused.
    for (const [socket, exchange] of this.#exchanges) this.#numbers.set(socket, exchange.nextNumber)
    this.#exchanges.clear()
    const { receipts, sizes } = this.#plan
    const checked = sizes.some(size => size >= CHECKED_SIZE)
    if (!receipts || !checked || (!this.#answered && receivedAny) || now >= latestClose(this.#facts)) {
      this.coveredRows = to
      return
    }
    this.#again = false
    this.#waiting = []
    for (const socket of this.#sockets()) if (this.#hasUnanswered(socket)) this.#waiting.push(socket)
    this.#waiting.reverse()
    this.#admit(now)
  }

  /**
   * Requests the states once more before the ledger closes: delayed probes may have reached the server since the first look. False if no answer
   * can change.
   */
  lookAgain(now: Nanos): boolean {
    if (now >= latestClose(this.#facts)) return false
    this.#again = true
    this.#waiting = this.#sockets().filter(socket => {
      return this.#accounts.of(socket).receipts.state === 'whole' && this.#hasUnanswered(socket)
    })
    this.#waiting.reverse()
    this.#admit(now)
    return !this.done
  }

  /** Adds the due requests to the outbox, and returns when to call again. */
  send(outbox: Outbox, now: Nanos): Nanos {
    let used = outbox.count === 0 ? 0 : (outbox.at[outbox.count - 1] ?? 0) + (outbox.size[outbox.count - 1] ?? 0)
    while (outbox.count < outbox.capacity && used + 0xffff <= outbox.room) {
      const due = this.#next(now) ?? this.early?.next(this.#length, now)
      if (due === undefined) break
      const size = writeReceiptsRequest(outbox.bytes, used, due.request)
      addRow(outbox, used, size, due.socket, -1)
      used += size
    }
    return Math.min(this.#wake(), this.early?.due ?? Infinity)
  }

  answer(socket: number, answer: ReceiptsAnswer, now: Nanos): void {
    if (this.early?.answer(socket, answer, now) === true) return
    const exchange = this.#exchanges.get(socket)
    if (exchange === undefined) return
    if (exchange.answer(answer, now)) this.#anyAnswer = true
    this.#retire(socket, exchange)
    this.#admit(now)
  }

  /** A request came back unchanged: the server keeps no receipts, so the other clients send no requests. */
  echoed(socket: number): void {
    this.early?.stop()
    const exchange = this.#exchanges.get(socket)
    if (exchange === undefined) return
    exchange.echoed()
    this.#retire(socket, exchange)
    this.#waiting = []
    this.coveredRows = this.#to
  }

  /** Whether unidentified bytes are an echo of our request: only while one is open, and only with kind `S`. */
  isEchoedRequest(socket: number, bytes: Uint8Array, at: number, got: number): boolean {
    return (
      this.#exchanges.has(socket) &&
      !this.#answered &&
      got < CHECKED_SIZE &&
      got > OFFSET.kind &&
      hasMagic(bytes, at, got) &&
      bytes[at + OFFSET.kind] === KIND.request
    )
  }

  /**
   * Whether bytes that answer no probe are a damaged or cut request or answer: those never count as unidentified (docs/wire-format.md,
   * Receipts).
   */
  isDamaged(socket: number, bytes: Uint8Array, at: number, got: number): boolean {
    const asked = this.#exchanges.has(socket) || this.#numbers.has(socket)
    if (!asked && this.early?.hasAsked !== true) return false
    const kind = got > OFFSET.kind ? bytes[at + OFFSET.kind] : 0
    if (kind === KIND.probe || kind === KIND.reply) return false
    if (hasMagic(bytes, at, got) && (kind === KIND.request || kind === KIND.answer)) return true
    return (
      (asked || this.early?.isOpen(socket) === true) &&
      got >= OFFSET.length &&
      readRun(bytes, at) === this.#facts.clients[clientOfSource(socket, this.#plan.clients)]?.run
    )
  }

  #next(now: Nanos): AddressedRequest | undefined {
    for (const [socket, exchange] of this.#exchanges) {
      const request = exchange.next(now)
      if (request !== undefined) return { socket, request }
      this.#retire(socket, exchange)
    }
    this.#admit(now)
    return undefined
  }

  get #length(): number {
    return Math.min(LONGEST_REQUEST, Math.max(SHORTEST_REQUEST, this.#largestAnswered))
  }

  #wake(): Nanos {
    let wake = Infinity
    for (const exchange of this.#exchanges.values()) wake = Math.min(wake, exchange.wake())
    return wake
  }

  #admit(now: Nanos): void {
    while (this.#exchanges.size < CLIENTS_AT_ONCE) {
      const socket = this.#waiting.pop()
      if (socket === undefined) break
      const client = this.#accounts.of(socket)
      const [from, to] = this.#range(socket)
      const rows = receiptRows(this.#facts, socket)
      const number = this.#numbers.get(socket) ?? 0
      const earlier = this.#again ? client.receipts.totals : undefined
      const exchange = new ReceiptsExchange(
        client,
        rows,
        from,
        to,
        this.#length,
        this.#plan.timeout,
        this.#roundTrip,
        number,
        now,
        earlier,
        latestClose(this.#facts),
      )
      this.#exchanges.set(socket, exchange)
    }
    if (this.done) this.coveredRows = Math.max(this.coveredRows, this.#to)
  }

  #retire(socket: number, exchange: ReceiptsExchange): void {
    if (!exchange.done) return
    this.#numbers.set(socket, exchange.nextNumber)
    this.#exchanges.delete(socket)
    this.#accounts.sum(socket)
    // Without this, all waiting clients would time out one after the other.
    if (this.#anyAnswer || this.#accounts.of(socket).receipts.state !== 'none') return
    for (const other of this.#waiting) {
      const { receipts } = this.#accounts.of(other)
      if (receipts.state !== 'unasked') continue
      receipts.state = 'none'
      this.#accounts.sum(other)
    }
    this.#waiting = []
  }

  /** All sockets from which probes were sent, client by client. */
  #sockets(): number[] {
    const { clients } = this.#plan
    return this.#facts.clients.flatMap(({ sources }, client) => {
      return Array.from({ length: sources?.length ?? 1 }, (_, index) => sourceNumber(client, index, clients))
    })
  }

  #hasUnanswered(socket: number): boolean {
    const [from, to] = this.#range(socket)
    return receiptRows(this.#facts, socket).nextUnanswered(from, to) >= 0
  }

  /** Sequences of a client in the requested rows. */
  #range(socket: number): [number, number] {
    const { clients } = this.#plan
    const client = clientOfSource(socket, clients)
    const scheduled = this.#facts.clients[client]?.scheduled ?? 0
    const first = Math.ceil((this.#from - client) / clients)
    return [Math.max(0, first), Math.min(scheduled, Math.ceil((this.#to - client) / clients))]
  }
}
