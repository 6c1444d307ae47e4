import { toMs } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import type { Analysis } from './analysis.ts'
import { LOSSES, type Fate } from './fate.ts'

/** The outcome of each probe of a run, in sending order. */
export interface RunSeries {
  /** The delay of every timed probe (intact, late or truncated), ms. */
  readonly rtt: Float64Array
  /** |IPDV| (RFC 3393): the difference of a round trip to the one before it of the same client, ms. */
  readonly variation: Float64Array
  /** 1 for each lost probe, else 0. */
  readonly lost: Uint8Array
  readonly truncated: Uint8Array
  readonly corrupt: Uint8Array
  /** 1 for each reply of which copies arrived, else 0. */
  readonly copied: Uint8Array
}

const isLoss: ReadonlySet<Fate> = new Set(LOSSES)

/** The series of a run with all of its rows; undefined if some were folded into totals (`--summary`). */
export function runSeries(facts: RunFacts, { tally }: Analysis): RunSeries | undefined {
  if (facts.plan.summary) return undefined
  const { clients } = facts.plan
  const total = facts.clients.reduce((sum, client) => sum + client.scheduled, 0)
  const [rtt, variation] = [new Float64Array(total), new Float64Array(total)]
  const [lost, truncated, corrupt, copied] = Array.from({ length: 4 }, () => new Uint8Array(total)) as Flags
  let [probes, replies, delays, pairs] = [0, 0, 0, 0]
  const before: (number | undefined)[] = []
  for (const [number, page] of facts.probes.pages.entries()) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled) continue
      const row = number * PAGE_ROWS + place
      const client = row % clients
      const fate = tally.classifier.fate(page, place, probeSize(facts.plan, (row - client) / clients), client)
      const timed = fate === 'intact' || fate === 'late' || fate === 'truncated'
      if (isLoss.has(fate)) lost[probes] = 1
      if (fate === 'truncated') truncated[probes] = 1
      if (fate === 'corrupt') corrupt[probes] = 1
      probes += 1
      if (timed || fate === 'corrupt') copied[replies++] = (page.copies[place] ?? 0) > 0 ? 1 : 0
      const delayNanos = (page.arrived[place] ?? 0) - (page.sent[place] ?? 0)
      // As in Tally: no delay is computed from a reply that arrived before its probe was sent.
      const delay = timed && delayNanos >= 0 ? toMs(delayNanos) : undefined
      const last = before[client]
      before[client] = delay
      if (delay === undefined) continue
      rtt[delays++] = delay
      if (last !== undefined) variation[pairs++] = Math.abs(delay - last)
    }
  }
  return {
    rtt: rtt.subarray(0, delays),
    variation: variation.subarray(0, pairs),
    lost: lost.subarray(0, probes),
    truncated: truncated.subarray(0, probes),
    corrupt: corrupt.subarray(0, probes),
    copied: copied.subarray(0, replies),
  }
}

type Flags = [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
