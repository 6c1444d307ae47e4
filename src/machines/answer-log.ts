import type { Run } from './run-memory.ts'

/** Number of answers in the log: more than fit in a socket's send queue. A power of two. */
const REMEMBERED = 8192

/** An answer to a probe, by run and sequence of the probe. */
export interface ProbeAnswer {
  readonly run: Run
  readonly sequence: number
}

/**
 * The latest answers passed to the kernel, by their tokens: an engine learns of a refusal only afterwards, and `refused` has only tokens.
 * Bounded: older answers count as sent.
 */
export class AnswerLog {
  readonly #runs = Array.from<Run | undefined>({ length: REMEMBERED })
  readonly #sequences = new Float64Array(REMEMBERED)
  /** Token of the answer in each slot: a plain answer does not write here. */
  readonly #tokens = new Float64Array(REMEMBERED).fill(-1)
  #next = 0
  /** The slot of the next answer: `#next` modulo the size, which is slow to compute above 31 bits. */
  #place = 0

  /** Adds an answer and returns its token, one more than that of the answer before. Without a run it is an answer to plain data. */
  add(run: Run | undefined, sequence: number): number {
    if (run === undefined) return this.addPlain(1)
    const token = this.#next
    const place = this.#place
    // Millions of answers have the same run; comparing first avoids a write barrier of the garbage collector for each.
    if (this.#runs[place] !== run) this.#runs[place] = run
    this.#sequences[place] = sequence
    this.#tokens[place] = token
    this.#next = token + 1
    this.#place = (place + 1) & (REMEMBERED - 1)
    return token
  }

  /** Adds this many answers to plain data, and returns the token of the first. */
  addPlain(count: number): number {
    const token = this.#next
    this.#next = token + count
    this.#place = (this.#place + count) & (REMEMBERED - 1)
    return token
  }

  /** Removes an answer that was not sent; undefined: it answered no probe, or is evicted or removed already. */
  take(token: number): ProbeAnswer | undefined {
    const answer = this.peek(token)
    if (answer !== undefined) this.#runs[token % REMEMBERED] = undefined
    return answer
  }

  /** The answer that `take` would remove. */
  peek(token: number): ProbeAnswer | undefined {
    if (!this.#remembers(token)) return undefined
    const place = token % REMEMBERED
    const run = this.#runs[place]
    if (this.#tokens[place] !== token || run === undefined) return undefined
    return { run, sequence: this.#sequences[place] ?? 0 }
  }

  /** Whether an answer to this probe is in the log. A linear search, for refusals of answers to duplicated probes. */
  holds(run: Run, sequence: number): boolean {
    for (let place = 0; place < this.#runs.length; place++) {
      if (this.#runs[place] !== run || this.#sequences[place] !== sequence) continue
      if (this.#remembers(this.#tokens[place] ?? -1)) return true
    }
    return false
  }

  #remembers(token: number): boolean {
    return token >= this.#next - REMEMBERED && token < this.#next && token >= 0
  }
}
