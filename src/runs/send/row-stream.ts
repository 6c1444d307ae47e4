import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { Classifier } from '../../ledger/classifier.ts'
import { FinalRows } from '../../ledger/final-rows.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import { fateByReplies, type SettledRows } from './probe-rows.ts'
import type { RunClock } from './run-clock.ts'

/** Maximum number of rows that are handed over at a time. */
const MOST_ROWS = 1 << 13

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
  readonly #clock: RunClock
  #hasBegun = false
  /** Undefined: no rows are being taken. After a failure none are taken any more. */
  #taking: Promise<void> | undefined
  #failure: { readonly cause: unknown } | undefined

  constructor(facts: RunFacts, clock: RunClock, sink: RowSink, contextOf: () => RunContext) {
    this.#facts = facts
    this.#sink = sink
    this.#contextOf = contextOf
    this.#final = new FinalRows(facts)
    this.#clock = clock
  }

  /** Call it several times a second. */
  advance(): void {
    const now = this.#clock.now()
    if (now === undefined || this.#taking !== undefined) return
    const rows = this.#final.advance(now)
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
    } catch (cause) {
      this.#failure = { cause }
    }
  }

  async #hand(rows: readonly number[], classifier: Classifier, fateOf: SettledRows['fateOf']): Promise<void> {
    if (!this.#hasBegun) await this.#sink.begin(this.#facts, this.#contextOf())
    this.#hasBegun = true
    for (let from = 0; from < rows.length; from += MOST_ROWS)
      await this.#sink.take({ facts: this.#facts, rows: rows.slice(from, from + MOST_ROWS), classifier, fateOf })
  }
}
