import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import type { ClientFacts } from '../facts/run.ts'
import {
  RECEIPT,
  receiptsCapacity,
  TOTALS_LENGTH,
  type ReceiptsAnswer,
  type ReceiptsRequest,
  type ReceiptsTotals,
} from '../wire/receipts.ts'

/** First pause before a request is repeated; it doubles each time (docs/wire-format.md, Receipts). */
const FIRST_RETRY: Nanos = 50 * MILLISECOND
const MIN_TIME_LIMIT: Nanos = 3 * SECOND
/** Requests of one client in flight: enough to hide the round trip, few enough for any receive buffer. */
const REQUESTS_AT_ONCE = 4
/**
 * If the server's memory may begin later than the first unanswered sequence, the request also covers this many sequences before it: a known one
 * shows that the memory reaches back further.
 */
const SEQUENCES_BEFORE = 16

interface OpenRequest {
  readonly request: ReceiptsRequest
  readonly since: Nanos
  tries: number
  next: Nanos
  /** It requests the rest of a range after an answer with fewer states than fit. */
  readonly again: boolean
}

/** Access of the exchange to the table of probes. */
export interface ReceiptRows {
  /** The first unanswered sequence from `from` on and below `to`, or -1. */
  nextUnanswered(from: number, to: number): number
  /** When a sequence was sent; -Infinity if its row is retired. */
  sentAt(sequence: number): Nanos
  /** Books the server's two bits on a sequence that was first requested at `asked`. */
  book(sequence: number, receipt: number, asked: Nanos): void
}

/**
 * Requests the receipts of one client's unanswered probes: first the totals, then the states of the sequences from the first unanswered on, and
 * again while the server delays answers (`--delay`). Answered requests are not repeated. The exchange has a time limit, fixed at its start,
 * whatever the server does.
 */
export class ReceiptsExchange {
  readonly #client: ClientFacts
  readonly #rows: ReceiptRows
  readonly #until: Nanos
  readonly #length: number
  readonly #from: number
  readonly #to: number
  #cursor: number
  #number: number
  #open: OpenRequest[] = []
  #phase: 'totals' | 'states' | 'resting' | 'done' = 'totals'
  #pausedUntil: Nanos = 0
  #pause = FIRST_RETRY
  #incomplete = false
  readonly #earlier: ReceiptsTotals | undefined

  /**
   * Requests the states of sequences from…to-1, in answers of `length` bytes. `number` is the number of the first request; the largest round
   * trip so far determines how long many requests may take. `earlier` are the totals of a first look: if they have not grown, nothing has
   * changed and no states are requested. It ends at `latest`.
   */
  constructor(
    client: ClientFacts,
    rows: ReceiptRows,
    from: number,
    to: number,
    length: number,
    timeout: Nanos,
    roundTrip: Nanos,
    number: number,
    now: Nanos,
    earlier?: ReceiptsTotals,
    latest: Nanos = Infinity,
  ) {
    this.#earlier = earlier
    this.#client = client
    this.#rows = rows
    this.#from = from
    this.#to = to
    this.#cursor = from
    this.#length = length
    const requests = Math.ceil((to - from) / Math.max(1, receiptsCapacity(length)))
    const most = Math.max(MIN_TIME_LIMIT, 2 * timeout, (2 * roundTrip * requests) / REQUESTS_AT_ONCE)
    this.#until = Math.min(latest, now + most)
    this.#number = number
    this.#ask(0, 0, TOTALS_LENGTH, now)
  }

  get done(): boolean {
    return this.#phase === 'done'
  }

  /** The first request number for the next exchange of this client. */
  get nextNumber(): number {
    return this.#number
  }

  /** The request to send by `now`, or undefined. */
  next(now: Nanos): ReceiptsRequest | undefined {
    this.#advance(now)
    for (const pending of this.#open) {
      if (pending.next > now) continue
      pending.next = now + FIRST_RETRY * 2 ** pending.tries
      pending.tries += 1
      return pending.request
    }
    return undefined
  }

  wake(): Nanos {
    if (this.#phase === 'done') return Infinity
    if (this.#phase === 'resting') return Math.min(this.#pausedUntil, this.#until)
    let wake = this.#until
    for (const pending of this.#open) wake = Math.min(wake, pending.next)
    return wake
  }

  /** Processes an answer; false if it belongs to no open request. */
  answer(answer: ReceiptsAnswer, now: Nanos): boolean {
    const at = this.#open.findIndex(pending => pending.request.number === answer.number)
    const pending = this.#open[at]
    if (pending === undefined) return false
    const { from, count } = pending.request
    // The check of a request does not cover its range, so the answer repeats it (docs/wire-format.md).
    if (answer.from !== from >>> 0 || answer.count > count) return false
    this.#open.splice(at, 1)
    const { receipts } = this.#client
    if (receipts.totals === undefined)
      Object.assign(receipts, { firstTries: pending.tries, firstWait: now - pending.since })
    this.#keepTotals(answer.totals, pending.since, now)
    const answered = Math.min(count, answer.count)
    for (let i = 0; i < answered; i++) this.#rows.book(from + i, answer.states[i] ?? RECEIPT.notReceived, pending.since)
    // The rest of an answer with fewer states than fit is requested only once: a server that reports one state at a time could otherwise delay
    // the client forever.
    if (answered < count) {
      if (pending.again || answered === 0) this.#incomplete = true
      else this.#ask(from + answered, count - answered, pending.request.length, now, true)
    }
    if (this.#phase === 'totals') this.#phase = this.#hasChanged(answer.totals) ? 'states' : 'done'
    this.#advance(now)
    return true
  }

  /** The server sent a request back: it is an echo server without receipts. */
  echoed(): void {
    this.#client.receipts.state = 'foreign'
    this.#open = []
    this.#phase = 'done'
  }

  /**
   * Answers may overtake each other. But if a request was sent after an earlier answer had arrived, its answer from the same memory has no
   * fewer distinct probes.
   */
  #keepTotals(totals: ReceiptsTotals, asked: Nanos, now: Nanos): void {
    const { receipts } = this.#client
    const { totals: before, toldAt = Infinity, askedAt = -Infinity } = receipts
    if (before !== undefined && totals.distinct < before.distinct) {
      if (asked < toldAt) return
      receipts.shrank = true
    }
    receipts.totals = totals
    receipts.toldAt = now
    receipts.askedAt = Math.max(askedAt, asked)
  }

  #hasChanged({ distinct, damaged }: ReceiptsTotals): boolean {
    return this.#earlier === undefined || distinct !== this.#earlier.distinct || damaged !== this.#earlier.damaged
  }

  #advance(now: Nanos): void {
    if (this.#phase === 'done') return
    if (now >= this.#until) {
      if (this.#open.length > 0 || this.#isAsking()) this.#incomplete = true
      this.#open = []
      return this.#finish()
    }
    if (this.#phase === 'resting' && now >= this.#pausedUntil) {
      this.#phase = 'states'
      this.#cursor = this.#from
    }
    if (this.#phase !== 'states') return
    this.#askStates(now)
    if (this.#open.length > 0) return
    const pending = this.#client.receipts.totals?.pending ?? 0
    if (pending > 0 && this.#rows.nextUnanswered(this.#from, this.#to) >= 0) {
      this.#phase = 'resting'
      this.#pausedUntil = now + this.#pause
      this.#pause *= 2
      return
    }
    this.#finish()
  }

  /** Whether some states have not been requested yet. */
  #isAsking(): boolean {
    return this.#phase !== 'resting' && this.#rows.nextUnanswered(this.#cursor, this.#to) >= 0
  }

  /** Whether the server's memory, by its last report, may begin after this sequence was sent. */
  #mayPrecedeMemory(sequence: number, now: Nanos): boolean {
    const { totals } = this.#client.receipts
    return totals !== undefined && now - totals.completeMs * MILLISECOND > this.#rows.sentAt(sequence)
  }

  #askStates(now: Nanos): void {
    const capacity = receiptsCapacity(this.#length)
    while (this.#open.length < REQUESTS_AT_ONCE && this.#cursor < this.#to) {
      const unanswered = this.#rows.nextUnanswered(this.#cursor, this.#to)
      if (unanswered < 0) {
        this.#cursor = this.#to
        return
      }
      const early = this.#cursor === this.#from && this.#mayPrecedeMemory(unanswered, now)
      const first = early ? Math.max(this.#from, unanswered - SEQUENCES_BEFORE) : unanswered
      const count = Math.min(capacity, this.#to - first)
      this.#cursor = first + count
      this.#ask(first, count, this.#length, now)
    }
  }

  #ask(from: number, count: number, length: number, now: Nanos, again = false): void {
    const request = { number: this.#number, run: this.#client.run, length, from, count }
    this.#number += 1
    this.#open.push({ request, since: now, tries: 0, next: now, again })
  }

  #finish(): void {
    this.#phase = 'done'
    const { receipts } = this.#client
    // A second look without an answer changes nothing.
    if (this.#earlier !== undefined) return
    if (receipts.totals === undefined) receipts.state = 'none'
    else if (this.#incomplete || receipts.state === 'none') receipts.state = 'partial'
    else if (receipts.state === 'unasked') receipts.state = 'whole'
  }
}
