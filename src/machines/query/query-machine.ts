import type { Address } from '../../base/address.ts'
import { isLoopback } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { QueryFacts, QueryRequest } from '../../facts/query.ts'
import type { Service } from '../../wire/services/service.ts'
import { Arrivals } from './arrivals.ts'
import { OpenRequests, type OpenRequest } from './open-requests.ts'
import { Question, type Addresses, type NextRequest, type QuestionPlan } from './question.ts'
import { RequestWindow, type SentRequest, type Source } from './request-window.ts'

/** Time between two rounds of a wait for a service. */
const ROUND: Nanos = SECOND
/** Time between two samples of one server. BTIME, RFC 5905 appendix A.1.1. */
const SAMPLE_PAUSE: Nanos = 2 * SECOND

export interface QueryMachinePlan extends QuestionPlan {
  readonly timeout: Nanos
  /** Number of questions, asked one after the other. */
  readonly count: number
  /** All requests leave from the same port. */
  readonly onePort: boolean
  /** Until then a question without an answer is asked again, at most once a second. -Infinity: it is not. */
  readonly waitUntil: Nanos
  /** The largest error of the real times of the requests so far. */
  readonly clockPrecision: () => Nanos
  /** A request needs its port no more. */
  readonly close: (window: RequestWindow) => void
}

/** What the driver does next. */
export type Step =
  /** Send a request, then call `sent`, and `refuse` if that failed. */
  | ({ readonly what: 'ask'; readonly question: number; readonly attempt: number } & NextRequest)
  /** Take another step then, or after a datagram or an error. */
  | { readonly what: 'wait'; readonly until: Nanos }
  /** Resolve the name once more, then call `restart`. */
  | { readonly what: 'resolve' }
  | { readonly what: 'end' }

/**
 * A run of `udptool query` without sockets and clock: which request is sent when, what each datagram is, and when the run is over. Call
 * `step` until it is `end`.
 */
export class QueryMachine {
  readonly #plan: QueryMachinePlan
  readonly #requests: QueryRequest[] = []
  readonly #arrivals = new Arrivals()
  readonly #open: OpenRequests
  #addresses: Addresses
  #question: Question
  /** The last request, as long as it waits for its answer. */
  #current: RequestWindow | undefined
  /** The last one with an answer in time, which is shown. */
  #shown: RequestWindow | undefined
  #seesForeign = true
  #interrupted = false
  #roundAt: Nanos | undefined
  #sentAt: Nanos = -Infinity

  constructor(plan: QueryMachinePlan, addresses: Addresses) {
    this.#plan = plan
    this.#open = new OpenRequests(plan.timeout, plan.close)
    this.#addresses = addresses
    this.#question = new Question(0, plan, addresses)
  }

  /** As of now: a request in flight is `unfinished`. The rows are live. */
  get facts(): QueryFacts {
    const { duplicates, unmatched, malformed, foreign, why, sources } = this.#arrivals
    const { service, timeout, count, clockPrecision } = this.#plan
    return {
      service: service.name,
      timeout,
      count,
      clockPrecision: clockPrecision(),
      requests: this.#requests,
      duplicates,
      unmatched,
      malformed,
      ...present({ why, foreign: this.#seesForeign ? foreign : undefined }),
      foreignSources: sources,
      interrupted: this.#interrupted,
    }
  }

  /** Closes what is over, and decides what happens next. */
  step(now: Nanos): Step {
    this.#open.closeWhere(({ window }) => {
      if (window.expires <= now) window.expire()
      return window.closes <= now
    })
    if (this.#interrupted) return this.#end()
    this.#settle()
    if (this.#current !== undefined) return this.#waitUntil(this.#current.expires)
    const { next, number } = this.#question
    if (next !== undefined) return this.#ask(next, now)
    if (this.#isWaitingForService(now)) return this.#nextRound(now)
    if (number + 1 < this.#plan.count) {
      this.#question = new Question(number + 1, this.#plan, this.#addresses)
      return this.step(now)
    }
    // Late answers to the questions that have none.
    const isAwaited = this.#open.some(({ window, question }) => window.isLingering && !question.isAnswered)
    return isAwaited ? this.#waitUntil(Infinity) : this.#end()
  }

  /** The request of the last step was handed to the kernel. */
  sent(request: Omit<SentRequest, 'named' | 'timeout'>, service: Service): RequestWindow {
    const window = new RequestWindow({ ...request, named: service.named, timeout: this.#plan.timeout })
    this.#question.ask()
    this.#requests.push(request.facts)
    this.#open.add({ window, question: this.#question })
    this.#current = window
    this.#sentAt = request.sentAt
    return window
  }

  /** The local kernel refused to send it. */
  refuse(window: RequestWindow, error: string): void {
    window.refuse(error)
  }

  /** An ICMP error came back to this port about a datagram to `peer`: about the last request, or the last but `later`. */
  unreachable(port: number, peer: Source, error: string, later?: RequestWindow): void {
    this.#lastTo(port, peer, later)?.unreachable(error)
  }

  /** The local kernel fails to receive from `peer` at this port. */
  failed(port: number, peer: Source, error: string): void {
    this.#lastTo(port, peer)?.refuse(error)
  }

  /** Books a datagram. Returns whether a request got its fate by it. */
  receive(port: number, from: Source, datagram: Uint8Array, now: Nanos): boolean {
    const here = this.#open.at(port)
    const own = here.filter(({ window }) => window.isFrom(from))
    const [last] = here
    if (own.length === 0) {
      const isAnswer = here.some(({ window }) => window.isAnsweredBy(datagram))
      this.#arrivals.stranger(from, last?.window.facts.target.family ?? 'udp4', isAnswer)
      return false
    }
    return this.#book(own, datagram, now)
  }

  /** Datagrams from other addresses cannot be observed, or not all of them. */
  overlookForeign(): void {
    this.#seesForeign = false
  }

  /** The name was resolved once more: asks again, at these addresses. */
  restart(addresses: Addresses): void {
    this.#addresses = addresses
    this.#question.restart(addresses)
  }

  /** The first Ctrl-C: a request within its timeout stays `unfinished`. */
  stop(): void {
    this.#interrupted = true
  }

  #lastTo(port: number, peer: Source, later?: RequestWindow): RequestWindow | undefined {
    return this.#open.at(port).find(({ window }) => window !== later && window.isFrom(peer))?.window
  }

  #book(own: readonly OpenRequest[], datagram: Uint8Array, now: Nanos): boolean {
    let misfit
    for (const { window, question } of own) {
      const booking = window.receive(datagram, now, !question.askedAgain)
      if (booking === 'duplicate') {
        this.#arrivals.duplicates += 1
        return false
      }
      if (booking === 'answer') {
        if (window.facts.fate === 'answered') this.#answered(question, window)
        return true
      }
      if (booking.what === 'askAgain') {
        question.askAgain(booking.service)
        return true
      }
      if (misfit === undefined || booking.what === 'unmatched') misfit = booking
    }
    if (misfit !== undefined) this.#arrivals.misfit(misfit)
    return false
  }

  /** Later questions go to the address that answered. */
  #answered(question: Question, window: RequestWindow): void {
    const { facts } = window
    question.answered(facts)
    this.#addresses = [facts.target]
    this.#shown?.dropRecords()
    this.#shown = window
  }

  #settle(): void {
    if (this.#current === undefined || this.#current.isWaiting) return
    this.#question.settled(this.#current.facts)
    this.#current = undefined
  }

  #ask(next: NextRequest, now: Nanos): Step {
    const isNamed = !this.#plan.onePort || next.service.named
    const earliest = Math.max(isNamed ? -Infinity : this.#open.quietFrom, this.#sampleTime(next.target))
    if (earliest > now) return this.#waitUntil(earliest)
    this.#roundAt ??= now
    this.#open.makeRoom()
    const { number: question, attempts: attempt } = this.#question
    return { what: 'ask', question, attempt, ...next }
  }

  #sampleTime({ address }: Address): Nanos {
    return this.#question.isAnswered && !isLoopback(address) ? this.#sentAt + SAMPLE_PAUSE : -Infinity
  }

  #isWaitingForService(now: Nanos): boolean {
    const { number, isAnswered } = this.#question
    return number === 0 && !isAnswered && Math.max(now, (this.#roundAt ?? now) + ROUND) < this.#plan.waitUntil
  }

  #nextRound(now: Nanos): Step {
    const next = (this.#roundAt ?? now) + ROUND
    if (now < next) return this.#waitUntil(next)
    this.#roundAt = undefined
    return { what: 'resolve' }
  }

  #waitUntil(time: Nanos): Step {
    return { what: 'wait', until: Math.min(time, this.#open.closes) }
  }

  #end(): Step {
    this.#open.closeWhere(() => true)
    return { what: 'end' }
  }
}
