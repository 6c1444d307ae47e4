import type { Run } from './run-memory.ts'

/** Latest answers in the log: more than a socket's send queue holds. A power of two. */
const REMEMBERED = 8192

/** An answer to a probe, by what it answers. */
export interface ProbeAnswer {
  readonly run: Run
  readonly sequence: number
}

/**
 * The latest answers that were given to the kernel, by their tokens: an engine learns of a refusal only afterwards, and `refused`
 * names nothing but tokens. Bounded: what is further back counts as taken.
 */
export class AnswerLog {
  readonly #runs = Array.from<Run | undefined>({ length: REMEMBERED })
  readonly #sequences = new Float64Array(REMEMBERED)
  /** Token of the answer at each place: an answer to no probe writes nothing. */
  readonly #tokens = new Float64Array(REMEMBERED).fill(-1)
  #next = 0
  /** Where the next goes: `#next` modulo the size, which is slow to compute once it exceeds 31 bits. */
  #place = 0

  /** Notes an answer, and returns its token: one more than that of the answer before. Without a run it answers no probe. */
  add(run: Run | undefined, sequence: number): number {
    if (run === undefined) return this.addPlain(1)
    const token = this.#next
    const place = this.#place
    // Millions of answers are of one run; comparing first avoids a write barrier of the garbage collector for each.
    if (this.#runs[place] !== run) this.#runs[place] = run
    this.#sequences[place] = sequence
    this.#tokens[place] = token
    this.#next = token + 1
    this.#place = (place + 1) & (REMEMBERED - 1)
    return token
  }

  /** Notes so many answers that answer no probe, and returns the token of the first. */
  addPlain(count: number): number {
    const token = this.#next
    this.#next = token + count
    this.#place = (this.#place + count) & (REMEMBERED - 1)
    return token
  }

  /** Takes out an answer that was not sent; undefined: it answered no probe, or is forgotten or taken out already. */
  take(token: number): ProbeAnswer | undefined {
    const answer = this.peek(token)
    if (answer !== undefined) this.#runs[token % REMEMBERED] = undefined
    return answer
  }

  /** The answer that `take` would take out. */
  peek(token: number): ProbeAnswer | undefined {
    if (!this.#remembers(token)) return undefined
    const place = token % REMEMBERED
    const run = this.#runs[place]
    if (this.#tokens[place] !== token || run === undefined) return undefined
    return { run, sequence: this.#sequences[place] ?? 0 }
  }

  /** Whether an answer to this probe is in the log. Looks through all of it: for refusals of probes that came twice. */
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
