import { SECOND, type Nanos } from '../base/nanos.ts'
import { DelayQueue } from './delay-queue.ts'
import type { Peer } from './peer-table.ts'
import type { Run } from './run-memory.ts'

const MAX_ANSWERS = 65_536
const MAX_BYTES = 64 * 1024 * 1024
/** After the first Ctrl-C, answers that are due within this time are still sent. */
const DRAIN: Nanos = SECOND

export interface DelayedAnswer {
  /** Its number may belong to another peer when the answer is due. */
  readonly peer: Peer
  readonly bytes: Uint8Array
  /** Run and sequence of the answered probe; undefined: it answers no probe. */
  readonly run: Run | undefined
  readonly sequence: number
  readonly arrived: Nanos
  /** Declared length of a probe whose slot carries evidence; 0: it has none. */
  readonly declared: number
  /** TTL of the answer; 0: this host's default. */
  readonly hops: number
}

/** Answers that are sent later (`--delay`) or not in place of their request. Bounded in number, bytes and, after a stop, time. */
export class DelayedAnswers {
  readonly #queue = new DelayQueue<DelayedAnswer>()
  #bytes = 0
  #drainUntil: Nanos | undefined

  /** When the next answer is due, or the drain ends; Infinity: only an arrival can change anything. */
  get due(): Nanos {
    return Math.min(this.#queue.due, this.#drainUntil ?? Infinity)
  }

  /** Whether `drain` was called and nothing is left. */
  get drained(): boolean {
    return this.#drainUntil !== undefined && this.#queue.length === 0
  }

  /** Why an answer of this many bytes cannot be delayed; undefined: it can. */
  refusal(bytes: number): 'delayFull' | 'shutdown' | undefined {
    if (this.#drainUntil !== undefined) return 'shutdown'
    return this.#queue.length >= MAX_ANSWERS || this.#bytes + bytes > MAX_BYTES ? 'delayFull' : undefined
  }

  /** Adds an answer; the caller checks `refusal` first. */
  add(answer: DelayedAnswer, due: Nanos): void {
    this.#bytes += answer.bytes.length
    this.#queue.push(due, answer)
  }

  /** Removes the next due answer; undefined: none is due, or it does not fit into `room` bytes. */
  take(now: Nanos, room: number): DelayedAnswer | undefined {
    const next = this.#queue.peek()
    return next === undefined || this.#queue.due > now || next.bytes.length > room ? undefined : this.#shift()
  }

  /** Removes an answer that is due after the drain ends; undefined: there is none, or the drain has not ended. */
  takeOverdue(now: Nanos): DelayedAnswer | undefined {
    return this.#drainUntil === undefined || now < this.#drainUntil ? undefined : this.#shift()
  }

  drain(now: Nanos): void {
    this.#drainUntil ??= now + DRAIN
  }

  #shift(): DelayedAnswer | undefined {
    const answer = this.#queue.shift()
    this.#bytes -= answer?.bytes.length ?? 0
    return answer
  }
}
