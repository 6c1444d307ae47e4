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

/** First pause before a question is repeated; it doubles each time (docs/wire-format.md, Receipts). */
const FIRST_RETRY: Nanos = 50 * MILLISECOND
/** An exchange may last at least this long. */
const LEAST_PATIENCE: Nanos = 3 * SECOND
/** Questions of one client on their way at once: enough to hide the round trip, few enough for any receive buffer. */
const QUESTIONS_AT_ONCE = 4
/** So many sequences before the first unanswered one are asked about where the server's memory may begin later: one that it knows shows that it does not. */
const SEQUENCES_BEFORE = 16

interface Question {
  readonly request: ReceiptsRequest
  readonly since: Nanos
  tries: number
  next: Nanos
  /** It asks for the rest of a range of which an answer has less than it had room for. */
  readonly again: boolean
}

/** What the exchange reads and writes in the table of probes. */
export interface ReceiptRows {
  /** The first unanswered sequence from `from` on and below `to`, or -1. */
  nextUnanswered(from: number, to: number): number
  /** When a sequence was sent; -Infinity where that is not known any more. */
  sentAt(sequence: number): Nanos
  /** Books the server's two bits on a sequence, about which it was first asked at `asked`. */
  book(sequence: number, receipt: number, asked: Nanos): void
}

/**
 * Asks the server what became of one client's unanswered probes: totals first, then the states of the sequences from the first
 * unanswered on, and again while the server holds answers back (`--delay`). Nothing is asked twice that was answered. It ends when its
 * time is over, whatever the server does: that is fixed when it begins.
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
  #open: Question[] = []
  #phase: 'totals' | 'states' | 'resting' | 'done' = 'totals'
  #pausedUntil: Nanos = 0
  #pause = FIRST_RETRY
  #incomplete = false
  readonly #earlier: ReceiptsTotals | undefined

  /**
   * Asks about sequences from…to-1, in answers of `length` bytes; the first question has number `number`; the largest round trip seen sets
   * how long many questions may take. A second look is given the
   * totals of the first: if they have not grown, nothing has changed and no state is asked again.
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
  ) {
    this.#earlier = earlier
    this.#client = client
    this.#rows = rows
    this.#from = from
    this.#to = to
    this.#cursor = from
    this.#length = length
    const questions = Math.ceil((to - from) / Math.max(1, receiptsCapacity(length)))
    this.#until = now + Math.max(LEAST_PATIENCE, 2 * timeout, (2 * roundTrip * questions) / QUESTIONS_AT_ONCE)
    this.#number = number
    this.#ask(0, 0, TOTALS_LENGTH, now)
  }

  get done(): boolean {
    return this.#phase === 'done'
  }

  /** The number that the next exchange of this client may begin with. */
  get nextNumber(): number {
    return this.#number
  }

  /** The question to send by `now`, or undefined. */
  next(now: Nanos): ReceiptsRequest | undefined {
    this.#advance(now)
    for (const question of this.#open) {
      if (question.next > now) continue
      question.next = now + FIRST_RETRY * 2 ** question.tries
      question.tries += 1
      return question.request
    }
    return undefined
  }

  wake(): Nanos {
    if (this.#phase === 'done') return Infinity
    if (this.#phase === 'resting') return Math.min(this.#pausedUntil, this.#until)
    let wake = this.#until
    for (const question of this.#open) wake = Math.min(wake, question.next)
    return wake
  }

  /** Takes an answer; false if it is none to an open question. */
  answer(answer: ReceiptsAnswer, now: Nanos): boolean {
    const at = this.#open.findIndex(question => question.request.number === answer.number)
    const question = this.#open[at]
    if (question === undefined) return false
    const { from, count } = question.request
    // The check of a question does not cover what it asks about; its answer repeats it (docs/wire-format.md).
    if (answer.from !== from >>> 0 || answer.count > count) return false
    this.#open.splice(at, 1)
    const { receipts } = this.#client
    if (receipts.totals === undefined)
      Object.assign(receipts, { firstTries: question.tries, firstWait: now - question.since })
    this.#keepTotals(answer.totals, question.since, now)
    const answered = Math.min(count, answer.count)
    for (let i = 0; i < answered; i++)
      this.#rows.book(from + i, answer.states[i] ?? RECEIPT.notReceived, question.since)
    // The rest of an answer with fewer states than it had room for is requested once more: a server that reports one state at a time would
    // otherwise hold the client for as long as it likes.
    if (answered < count) {
      if (question.again || answered === 0) this.#incomplete = true
      else this.#ask(from + answered, count - answered, question.request.length, now, true)
    }
    if (this.#phase === 'totals') this.#phase = this.#hasChanged(answer.totals) ? 'states' : 'done'
    this.#advance(now)
    return true
  }

  /** The server sent a question back: it is an echo server and keeps no receipts. */
  echoed(): void {
    this.#client.receipts.state = 'foreign'
    this.#open = []
    this.#phase = 'done'
  }

  /**
   * Answers may overtake each other, but of one memory an answer to a question that left after another answer had come has no fewer
   * distinct probes.
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

  /** Whether some state was to be asked still. */
  #isAsking(): boolean {
    return this.#phase !== 'resting' && this.#rows.nextUnanswered(this.#cursor, this.#to) >= 0
  }

  /** Whether the server's memory may begin later than this sequence was sent, as far as it says. */
  #mayBeForgotten(sequence: number, now: Nanos): boolean {
    const { totals } = this.#client.receipts
    return totals !== undefined && now - totals.completeMs * MILLISECOND > this.#rows.sentAt(sequence)
  }

  #askStates(now: Nanos): void {
    const capacity = receiptsCapacity(this.#length)
    while (this.#open.length < QUESTIONS_AT_ONCE && this.#cursor < this.#to) {
      const unanswered = this.#rows.nextUnanswered(this.#cursor, this.#to)
      if (unanswered < 0) {
        this.#cursor = this.#to
        return
      }
      const early = this.#cursor === this.#from && this.#mayBeForgotten(unanswered, now)
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
    // A second look that nobody answers takes nothing back.
    if (this.#earlier !== undefined) return
    if (receipts.totals === undefined) receipts.state = 'none'
    else if (this.#incomplete || receipts.state === 'none') receipts.state = 'partial'
    else if (receipts.state === 'unasked') receipts.state = 'whole'
  }
}
