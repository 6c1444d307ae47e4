import { formatAddress, type Address } from '../../base/address.ts'
import type { QueryRequest } from '../../facts/query.ts'
import type { Service } from '../../wire/services/service.ts'

/** At least one address. */
export type Addresses = readonly [Address, ...Address[]]

/** The next request of a question. */
export interface NextRequest {
  readonly target: Address
  readonly service: Service
}

export interface QuestionPlan {
  readonly service: Service
  /** Further requests after each address got one. */
  readonly retries: number
  /** Requests to send in any case. */
  readonly samples: number
}

/** One question: which request follows, by what became of the one before. */
export class Question {
  readonly number: number
  readonly #plan: QuestionPlan
  #addresses: Addresses
  #service: Service
  /** Addresses without a request yet. */
  #untried: readonly Address[]
  readonly #refused = new Set<string>()
  #retries: number
  /** Requests that follow in any case. */
  #samples: number
  #next: Address | undefined
  #attempts = 0
  #answered = false
  #askedAgain = false

  constructor(number: number, plan: QuestionPlan, addresses: Addresses) {
    this.number = number
    this.#plan = plan
    this.#service = plan.service
    this.#addresses = addresses
    this.#retries = plan.retries
    this.#samples = plan.samples - 1
    ;[this.#next, ...this.#untried] = addresses
  }

  get isAnswered(): boolean {
    return this.#answered
  }

  /** Whether it was asked in another form because an answer left a doubt. That happens once. */
  get askedAgain(): boolean {
    return this.#askedAgain
  }

  /** Number of requests so far. */
  get attempts(): number {
    return this.#attempts
  }

  /** Undefined: the question has ended. */
  get next(): NextRequest | undefined {
    return this.#next === undefined ? undefined : { target: this.#next, service: this.#service }
  }

  /** The next request is being sent. Returns its number. */
  ask(): number {
    this.#next = undefined
    this.#attempts += 1
    return this.#attempts - 1
  }

  /** An answer came within the timeout. */
  answered({ answer }: QueryRequest): void {
    this.#answered = true
    // A server that sends a kiss code asks for fewer requests (RFC 5905 section 7.4).
    if (answer?.service === 'ntp' && answer.kiss !== undefined) this.#samples = 0
  }

  /** Asks in another form from now on. */
  askAgain(service: Service): void {
    this.#askedAgain = true
    this.#service = service
  }

  /** The last request has its fate: chooses the next one. */
  settled({ fate, target }: QueryRequest): void {
    if (fate === 'refused') this.#refused.add(formatAddress(target))
    if (fate === 'askedAgain') this.#next = target
    else if (!this.#answered && this.#untried.length > 0) [this.#next, ...this.#untried] = this.#untried
    else if (this.#samples > 0) {
      this.#samples -= 1
      this.#next = this.#answered ? target : this.#after(target)
    } else if (!this.#answered && this.#retries > 0) {
      this.#retries -= 1
      this.#next = this.#after(target)
    }
  }

  /** Asks all over, at these addresses. */
  restart(addresses: Addresses): void {
    this.#addresses = addresses
    this.#retries = this.#plan.retries
    this.#samples = this.#plan.samples - 1
    this.#refused.clear()
    ;[this.#next, ...this.#untried] = addresses
  }

  /** The address for another try: the next one in turn that this host can send to. */
  #after(target: Address): Address {
    const usable = this.#addresses.filter(one => !this.#refused.has(formatAddress(one)))
    const turn = usable.length > 0 ? usable : this.#addresses
    return turn[(turn.indexOf(target) + 1) % turn.length] ?? target
  }
}
