import { toMs } from '../../base/nanos.ts'
import { Clock } from '../../engine/clock.ts'
import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import { Classifier } from '../../ledger/classifier.ts'
import { SettledProbes, type SettledRow } from '../../ledger/settled-probes.ts'
import { ReplyCensus } from '../../ledger/reply-census.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { probeRow } from './probe-rows.ts'

/** Gives each probe of a run to `take` as soon as its fate is known. */
export class SettledStream {
  readonly #facts: RunFacts
  readonly #take: (settled: readonly SettledProbe[]) => void
  readonly #settled: SettledProbes
  readonly #clock = new Clock()

  constructor(facts: RunFacts, take: (settled: readonly SettledProbe[]) => void) {
    this.#facts = facts
    this.#take = take
    this.#settled = new SettledProbes(facts)
  }

  /** Call it after arrivals, and now and then for the timeouts; before pages are retired. */
  advance(): void {
    // The engine has its own clock: both begin at known moments of real time.
    if (this.#facts.epoch === undefined) return
    const now = this.#clock.now() + (realTime(this.#clock.epoch()) - realTime(this.#facts.epoch)) * 1e6
    this.#give(this.#settled.advance(now), new Classifier(this.#facts, new ReplyCensus()))
  }

  /** The run is closed. */
  finish(classifier: Classifier): void {
    this.#give(this.#settled.finish(classifier), classifier)
  }

  #give(rows: readonly SettledRow[], classifier: Classifier): void {
    if (rows.length > 0) this.#take(rows.map(row => this.#describe(row, classifier)))
  }

  #describe({ kind, row, page, fate, at }: SettledRow, classifier: Classifier): SettledProbe {
    const { icmp, epoch } = this.#facts
    const place = row % PAGE_ROWS
    const error = page.outcome[place] === OUTCOME.unreachable ? icmp[page.detail[place] ?? 0] : undefined
    return {
      kind,
      probe: probeRow(this.#facts, classifier, page, row, fate),
      atMs: realTime(epoch ?? this.#clock.epoch()) + toMs(at),
      ...(error === undefined ? {} : { icmp: error }),
    }
  }
}

/** In ms since 1970. */
function realTime({ seconds, nanos }: NonNullable<RunFacts['epoch']>): number {
  return seconds * 1000 + nanos / 1e6
}
