import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { Clock } from '../../engine/clock.ts'
import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import { realTimeMs, type RunFacts } from '../../facts/run.ts'
import type { Classifier } from '../../ledger/classifier.ts'
import { SettledProbes, type SettledRow } from '../../ledger/settled-probes.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { probeRow } from './probe-rows.ts'

/** Gives each probe of a run to `take` as soon as its fate is known. */
export class SettledStream {
  readonly #facts: RunFacts
  readonly #take: (settled: readonly SettledProbe[]) => void
  readonly #settled: SettledProbes
  readonly #clock = new Clock()
  /** The engine's clock minus ours. Measured once, because the system clock may be set during the run. */
  #ahead: Nanos | undefined

  constructor(facts: RunFacts, take: (settled: readonly SettledProbe[]) => void) {
    this.#facts = facts
    this.#take = take
    this.#settled = new SettledProbes(facts)
  }

  /** Call it after arrivals, and now and then for the timeouts; before pages are retired. */
  advance(): void {
    const { epoch } = this.#facts
    if (epoch === undefined) return
    this.#ahead ??= (realTimeMs(this.#clock.epoch(), 0) - realTimeMs(epoch, 0)) * MILLISECOND
    this.#give(this.#settled.advance(this.#clock.now() + this.#ahead))
  }

  /** The run is closed. */
  finish(classifier: Classifier): void {
    this.#give(this.#settled.finish(classifier))
  }

  #give(rows: readonly SettledRow[]): void {
    if (rows.length > 0) this.#take(rows.map(row => this.#describe(row)))
  }

  #describe({ kind, row, page, fate, classifier, at }: SettledRow): SettledProbe {
    const { icmp, epoch } = this.#facts
    const place = row % PAGE_ROWS
    const error = page.outcome[place] === OUTCOME.unreachable ? icmp[page.detail[place] ?? 0] : undefined
    return {
      kind,
      probe: probeRow(this.#facts, classifier, page, row, fate),
      atMs: realTimeMs(epoch ?? this.#clock.epoch(), at),
      ...(error === undefined ? {} : { icmp: error }),
    }
  }
}
