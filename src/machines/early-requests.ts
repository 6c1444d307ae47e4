import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import type { EarlyReceipts } from '../facts/early-receipts.ts'
import { isFlood, isLockStep, type ProbePlan } from '../facts/plan.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import { receiptsCapacity, type ReceiptsAnswer, type ReceiptsRequest } from '../wire/receipts.ts'
import type { Reception } from './reception.ts'

/** Minimum time between two requests (docs/wire-format.md, Receipts). */
const PERIOD: Nanos = SECOND
/** How long after its timeout a probe waits for an answer, on a path without delay: long enough for a second request. */
const WAIT: Nanos = 1500 * MILLISECOND
/** After this many requests in a row without an answer only one is sent in each pause. */
const MOST_SILENT = 5
const PAUSE: Nanos = 10 * SECOND
/** The numbers of the requests at the end of a run begin at 0 and never reach this one. */
const FIRST_NUMBER = 2 ** 31
/** A request also covers this many sequences before the unanswered one: known ones show that the memory is the one of this run. */
const SEQUENCES_BEFORE = 16

interface OpenRequest {
  readonly client: number
  readonly request: ReceiptsRequest
  readonly askedAt: Nanos
  readonly answered: number
}

/**
 * Requests receipts while probes are sent: at most one request a second in all, about probes whose timeout is over, and only from a server that
 * answers with `R` and has withheld no answer. The answers are in `facts.early`; the receipts of the ledger do not depend on them.
 */
export class EarlyRequests {
  /** When `next` may have a request. Infinity: not before another reply. */
  due: Nanos = Infinity
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #early: EarlyReceipts
  readonly #reception: Reception
  /** By client: the first sequence that may need a request, and the number of probes with a proved answer. */
  readonly #first: number[]
  readonly #answered: number[]
  #open: OpenRequest | undefined
  #number = FIRST_NUMBER
  #silent = 0
  #begun = false
  /** No request is sent before. */
  #earliest: Nanos = -Infinity

  private constructor(plan: ProbePlan, facts: RunFacts, early: EarlyReceipts, reception: Reception) {
    this.#plan = plan
    this.#facts = facts
    this.#early = early
    this.#reception = reception
    this.#first = plan.runs.map(() => 0)
    this.#answered = plan.runs.map(() => 0)
  }

  /**
   * Undefined if the plan does not ask for them. A flood has no time for them, and in lock-step each further port would need requests of its
   * own.
   */
  static of(plan: ProbePlan, facts: RunFacts, reception: Reception): EarlyRequests | undefined {
    const { earlyReceipts = false, receipts, sizes } = plan
    if (!earlyReceipts || !receipts || isFlood(plan) || isLockStep(plan)) return undefined
    if (sizes.every(size => size < CHECKED_SIZE)) return undefined
    facts.early = { wait: 0, unanswered: 0 }
    return new EarlyRequests(plan, facts, facts.early, reception)
  }

  /** A right check proves that a udptool server answered a probe of this client. */
  noteAnswered(client: number): void {
    this.#answered[client] = (this.#answered[client] ?? 0) + 1
    if (this.#begun) return
    this.#begun = true
    this.due = -Infinity
    this.#early.wait = WAIT
  }

  /** The request to send by `now`, at most `length` bytes long, with its socket. */
  next(length: number, now: Nanos): { readonly socket: number; readonly request: ReceiptsRequest } | undefined {
    if (now < this.due) return undefined
    if (now < this.#earliest) {
      this.due = this.#earliest
      return undefined
    }
    const pausedUntil = (this.#open?.askedAt ?? -Infinity) + PAUSE
    if (this.#silent >= MOST_SILENT && now < pausedUntil) {
      this.#early.wait = 0
      this.due = pausedUntil
      return undefined
    }
    this.#early.wait = WAIT + 2 * this.#roundTrip
    const { timeout, clients } = this.#plan
    let oldest: { readonly client: number; readonly sequence: number; readonly sent: Nanos } | undefined
    for (let client = 0; client < clients; client++) {
      const sequence = this.#firstWaiting(client, now)
      if (sequence < 0) continue
      const sent = this.#sentAt(client, sequence)
      if (oldest === undefined || sent < oldest.sent) oldest = { client, sequence, sent }
    }
    if (oldest !== undefined && oldest.sent + timeout <= now)
      return { socket: oldest.client, request: this.#ask(oldest.client, oldest.sequence, length, now) }
    // A probe that is sent from now on has its timeout later.
    this.due = Math.max((oldest?.sent ?? now) + timeout, now + MILLISECOND)
    return undefined
  }

  /** Processes an answer; false if it belongs to no open request. */
  answer(socket: number, answer: ReceiptsAnswer, now: Nanos): boolean {
    const open = this.#open
    if (open === undefined || open.client !== socket || open.request.number !== answer.number) return false
    const { client, request, askedAt, answered } = open
    // The check of a request does not cover its range, so the answer repeats it (docs/wire-format.md).
    if (answer.from !== request.from >>> 0 || answer.count > request.count) return false
    this.#open = undefined
    this.#silent = 0
    this.#early.unanswered -= 1
    const { totals, count, states } = answer
    this.#early.latest = { client, askedAt, toldAt: now, totals, from: request.from, states, answered }
    this.#first[client] = Math.max(this.#first[client] ?? 0, request.from + count)
    if (this.due === Infinity) return true
    // The answers to requests count towards a cap of the server too, so that another request could cost a probe its answer.
    if (totals.withheld > 0) this.stop()
    else this.due = this.#earliest = askedAt + PERIOD
    return true
  }

  /**
   * Whether an ICMP error without a quote is about the open request: it was sent after the newest open probe. An error found when another
   * datagram was sent (`before`, -1 for the request itself) is about an earlier one.
   */
  takeError(socket: number, newest: number, before: number | undefined): boolean {
    const open = this.#open
    if (open === undefined || open.client !== socket || (newest >= 0 && open.askedAt < this.#sentAt(socket, newest)))
      return false
    const { scheduled = 0 } = this.#facts.clients[socket] ?? {}
    if (before !== undefined && before < scheduled && open.askedAt >= this.#sentAt(socket, before)) return false
    this.#open = undefined
    return true
  }

  /** Whether a request was sent. */
  get hasAsked(): boolean {
    return this.#number > FIRST_NUMBER
  }

  /** Whether an answer may arrive at this socket. */
  isOpen(socket: number): boolean {
    return this.#open?.client === socket
  }

  /** Sends no more requests, because those for the ledger follow. */
  end(): void {
    this.due = Infinity
  }

  /** The server keeps no receipts, or caps its answers. */
  stop(): void {
    this.end()
    this.#early.wait = 0
  }

  #ask(client: number, sequence: number, length: number, now: Nanos): ReceiptsRequest {
    const from = Math.max(0, sequence - SEQUENCES_BEFORE)
    const count = Math.min(receiptsCapacity(length), this.#endOfOverdue(client, sequence, now) - from)
    const { run = 0 } = this.#facts.clients[client] ?? {}
    const request = { number: this.#number, run, length, from, count }
    this.#number += 1
    this.#silent += 1
    this.#early.unanswered += 1
    this.#open = { client, request, askedAt: now, answered: this.#answered[client] ?? 0 }
    this.due = this.#earliest = now + PERIOD + this.#roundTrip
    return request
  }

  /** Time for one round trip, as far as a timeout allows for it. */
  get #roundTrip(): Nanos {
    return Math.min(this.#reception.largestRtt, this.#plan.timeout)
  }

  /** The first sequence that waits for its reply, or for an answer about its loss; -1: none. */
  #firstWaiting(client: number, now: Nanos): number {
    const { probes, clients, finalRows } = this.#facts
    const { scheduled = 0 } = clients[client] ?? {}
    const oldest = now - this.#plan.timeout - this.#early.wait
    let sequence = Math.max(this.#first[client] ?? 0, Math.ceil((finalRows - client) / clients.length))
    for (; sequence < scheduled; sequence++) {
      const row = sequence * clients.length + client
      const page = probes.find(row)
      if (page?.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) continue
      if (probeSize(this.#plan, sequence) >= CHECKED_SIZE && (page.sent[row % PAGE_ROWS] ?? 0) >= oldest) break
    }
    this.#first[client] = sequence
    return sequence < scheduled ? sequence : -1
  }

  /** The first sequence from this one on whose timeout is not over. */
  #endOfOverdue(client: number, from: number, now: Nanos): number {
    const { scheduled = 0 } = this.#facts.clients[client] ?? {}
    let end = from
    while (end < scheduled && this.#sentAt(client, end) + this.#plan.timeout <= now) end += 1
    return end
  }

  #sentAt(client: number, sequence: number): Nanos {
    return this.#facts.probes.sentAt(sequence * this.#plan.clients + client)
  }
}
