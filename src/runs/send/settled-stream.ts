import { toMs } from '../../base/nanos.ts'
import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Classifier } from '../../ledger/classifier.ts'
import { SettledProbes, type SettledRow } from '../../ledger/settled-probes.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { probeRow } from './probe-rows.ts'
import { RunClock } from './run-clock.ts'

/** Gives each probe of a run to `take` as soon as its fate is known. */
export class SettledStream {
  readonly #facts: RunFacts
  readonly #take: (settled: readonly SettledProbe[]) => void
  readonly #settled: SettledProbes
  readonly #clock: RunClock

  constructor(facts: RunFacts, take: (settled: readonly SettledProbe[]) => void, clock = new RunClock(facts)) {
    this.#facts = facts
    this.#clock = clock
    this.#take = take
    this.#settled = new SettledProbes(facts)
  }

  /** Call it after arrivals, and now and then for the timeouts; before pages are retired. */
  advance(): void {
    const now = this.#clock.now()
    if (now !== undefined) this.#give(this.#settled.advance(now))
  }

  /** The run is closed. */
  finish(classifier: Classifier): void {
    this.#give(this.#settled.finish(classifier))
  }

  #give(rows: readonly SettledRow[]): void {
    if (rows.length > 0) this.#take(rows.map(row => this.#describe(row)))
  }

  #describe({ kind, row, page, fate, classifier, at, told }: SettledRow): SettledProbe {
    const { icmp } = this.#facts
    const place = row % PAGE_ROWS
    const error = page.outcome[place] === OUTCOME.unreachable ? icmp[page.detail[place] ?? 0] : undefined
    const ttl = page.ttl?.[place] ?? 0
    return {
      kind,
      probe: probeRow(this.#facts, classifier, page, row, fate),
      atMs: this.#clock.realTimeMs(at),
      ...(ttl === 0 ? {} : { ttl }),
      ...(error === undefined ? {} : { icmp: error }),
      ...(told === undefined
        ? {}
        : { toldMs: toMs(told.at - (page.sent[place] ?? told.at)), mayArrive: told.mayArrive }),
    }
  }
}
