import type { Nanos } from '../../base/nanos.ts'
import { quietTime } from '../linger.ts'
import type { Question } from './question.ts'
import type { RequestWindow } from './request-window.ts'

/** Limit for the requests whose ports stay open for late answers and copies. */
const MAX_OPEN = 32

/** A request that may still get a datagram, and its question. */
export interface OpenRequest {
  readonly window: RequestWindow
  readonly question: Question
}

/** The requests whose ports are open, in the order of sending. */
export class OpenRequests {
  readonly #timeout: Nanos
  readonly #close: (window: RequestWindow) => void
  #requests: readonly OpenRequest[] = []
  #largestRtt: Nanos = 0

  /** @param close a request needs its port no more */
  constructor(timeout: Nanos, close: (window: RequestWindow) => void) {
    this.#timeout = timeout
    this.#close = close
  }

  /** When the next one is closed. */
  get closes(): Nanos {
    return this.#requests.reduce((soonest, { window }) => Math.min(soonest, window.closes), Infinity)
  }

  /** When no datagram can be an answer to one of them, or a copy of one, any more. */
  get quietFrom(): Nanos {
    for (const { window } of this.#requests) this.#largestRtt = Math.max(this.#largestRtt, window.facts.rtt ?? 0)
    const quiet = quietTime({ timeout: this.#timeout }, this.#largestRtt)
    return this.#requests.reduce((last, { window }) => Math.max(last, window.quietFrom(quiet)), -Infinity)
  }

  add(request: OpenRequest): void {
    this.#requests = [...this.#requests, request]
  }

  /** Those that left from this port, the last one first. */
  at(port: number): readonly OpenRequest[] {
    return this.#requests.filter(({ window }) => window.port === port).toReversed()
  }

  some(is: (request: OpenRequest) => boolean): boolean {
    return this.#requests.some(is)
  }

  closeWhere(isOver: (request: OpenRequest) => boolean): void {
    const over = this.#requests.filter(isOver)
    if (over.length === 0) return
    this.#requests = this.#requests.filter(request => !over.includes(request))
    for (const { window } of over) this.#close(window)
  }

  /** Closes one if there are as many as may be: the oldest that waits for no late answer. */
  makeRoom(): void {
    if (this.#requests.length < MAX_OPEN) return
    const oldest = this.#requests.find(({ window }) => !window.isLingering) ?? this.#requests[0]
    this.closeWhere(request => request === oldest)
  }
}
