import { SECOND, type Nanos } from '../base/nanos.ts'
import { DelayQueue } from './delay-queue.ts'
import type { Peer } from './peer-table.ts'
import type { Run } from './run-memory.ts'

/** Answers held at once, in number and bytes. */
const MAX_ANSWERS = 65_536
const MAX_BYTES = 64 * 1024 * 1024
/** After the first Ctrl-C answers still leave if they are due within this time. */
const DRAIN: Nanos = SECOND

/** An answer that waits. */
export interface DelayedAnswer {
  /** Whose number may be another's by the time the answer is due. */
  readonly peer: Peer
  readonly bytes: Uint8Array
  /** Run and sequence of the probe that it answers; undefined: it answers none. */
  readonly run: Run | undefined
  readonly sequence: number
  readonly arrived: Nanos
  /** Declared length of a probe whose slot carries evidence; 0: it has none. */
  readonly declared: number
  /** TTL that it leaves with; 0: this host's own. */
  readonly hops: number
}

/** Answers that are sent later (`--delay`) or not in the place of their request. Bounded in number, bytes and, after a stop, time. */
export class DelayedAnswers {
  readonly #queue = new DelayQueue<DelayedAnswer>()
  #bytes = 0
  #drainUntil: Nanos | undefined

  /** When something is to be taken out, or the drain ends; Infinity: only an arrival can change anything. */
  get due(): Nanos {
    return Math.min(this.#queue.due, this.#drainUntil ?? Infinity)
  }

  /** Whether it was told to drain, and nothing is left. */
  get drained(): boolean {
    return this.#drainUntil !== undefined && this.#queue.length === 0
  }

  /** Why an answer of so many bytes cannot be held; undefined: it can. */
  refusal(bytes: number): 'delayFull' | 'shutdown' | undefined {
    if (this.#drainUntil !== undefined) return 'shutdown'
    return this.#queue.length >= MAX_ANSWERS || this.#bytes + bytes > MAX_BYTES ? 'delayFull' : undefined
  }

  /** Holds an answer until it is due; ask `refusal` before. */
  add(answer: DelayedAnswer, due: Nanos): void {
    this.#bytes += answer.bytes.length
    this.#queue.push(due, answer)
  }

  /** Takes out the next answer that is due; undefined: none is, or it does not fit into so many bytes. */
  take(now: Nanos, room: number): DelayedAnswer | undefined {
    const next = this.#queue.peek()
    return next === undefined || this.#queue.due > now || next.bytes.length > room ? undefined : this.#shift()
  }

  /** Takes out an answer for which the drain has no time left; undefined: there is none, or still time. */
  takeOverdue(now: Nanos): DelayedAnswer | undefined {
    return this.#drainUntil === undefined || now < this.#drainUntil ? undefined : this.#shift()
  }

  /** Takes in no more. */
  drain(now: Nanos): void {
    this.#drainUntil ??= now + DRAIN
  }

  #shift(): DelayedAnswer | undefined {
    const answer = this.#queue.shift()
    this.#bytes -= answer?.bytes.length ?? 0
    return answer
  }
}
