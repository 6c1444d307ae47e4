import { SECOND, type Nanos } from '../../base/nanos.ts'
import { isFlood } from '../../facts/plan.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { Classifier } from '../../ledger/classifier.ts'
import { FinalRows } from '../../ledger/final-rows.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import { fateByReplies, type SettledRows } from './probe-rows.ts'
import type { RunClock } from './run-clock.ts'

/** Maximum number of rows that are handed over at a time. */
const MOST_ROWS = 1 << 13

/** In a flood, rows are handed over for at most a thirtieth of the time: a rest follows that is so many times as long. */
const REST = 29
/** Rows of a flood are handed over at least so often, so that they are written every second (docs/send.md). */
const LONGEST_REST: Nanos = 0.9 * SECOND

/** Takes the rows of a run. */
export interface RowSink {
  /** Called once, before the first rows. Not called if the run ends before any row is settled. */
  begin(facts: RunFacts, context: RunContext): Promise<void>
  /** Each row comes once. No more rows come until the promise is resolved, so rows that are not taken yet need no memory. */
  take(settled: SettledRows): Promise<void>
}

/** Hands over the rows of a run as they are settled (ledger/final-rows.ts), and the rest at its end. */
export class RowStream {
  readonly #facts: RunFacts
  readonly #sink: RowSink
  readonly #contextOf: () => RunContext
  readonly #final: FinalRows
  readonly #isFlood: boolean
  readonly #clock: RunClock
  #hasBegun = false
  /** Undefined: no rows are being taken. After a failure none are taken any more. */
  #beganAt: Nanos = 0
  #restsUntil: Nanos = -Infinity
  #taking: Promise<void> | undefined
  #failure: { readonly cause: unknown } | undefined

  constructor(facts: RunFacts, clock: RunClock, sink: RowSink, contextOf: () => RunContext) {
    this.#facts = facts
    this.#sink = sink
    this.#contextOf = contextOf
    this.#final = new FinalRows(facts)
    this.#isFlood = isFlood(facts.plan)
    this.#clock = clock
  }

  /** Call it several times a second. */
  advance(): void {
    const now = this.#clock.now()
    if (now === undefined || this.#taking !== undefined || now < this.#restsUntil) return
    this.#beganAt = now
    const rows = this.#final.advance(now, this.#isFlood ? MOST_ROWS : Infinity)
    if (rows.length === 0) return
    this.#taking = this.#handWhole(rows, this.#final.classifier())
  }

  /** The run is closed. Does nothing if no row was handed over before. */
  async finish({ tally: { classifier }, fateOf }: Analysis): Promise<void> {
    await this.#taking
    if (this.#failure !== undefined) throw this.#failure.cause
    if (this.#hasBegun) await this.#hand(this.#final.rest(), classifier, fateOf)
  }

  /** An error is kept for the end of the run. */
  async #handWhole(rows: readonly number[], classifier: Classifier): Promise<void> {
    try {
      await this.#hand(rows, classifier, fateByReplies(this.#facts, classifier))
      this.#taking = undefined
      this.#rest()
    } catch (cause) {
      this.#failure = { cause }
    }
  }

  /** A flood uses the whole machine, so its rows take a small part of the time, and most of them come at its end. */
  #rest(): void {
    const now = this.#clock.now() ?? this.#beganAt
    if (this.#isFlood) this.#restsUntil = now + Math.min(LONGEST_REST, (now - this.#beganAt) * REST)
  }

  async #hand(rows: readonly number[], classifier: Classifier, fateOf: SettledRows['fateOf']): Promise<void> {
    if (!this.#hasBegun) await this.#sink.begin(this.#facts, this.#contextOf())
    this.#hasBegun = true
    for (let from = 0; from < rows.length; from += MOST_ROWS)
      await this.#sink.take({ facts: this.#facts, rows: rows.slice(from, from + MOST_ROWS), classifier, fateOf })
  }
}
