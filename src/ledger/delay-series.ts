import { toMs } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import type { Analysis } from './analysis.ts'

/** The delays of a run one by one, ms, in sending order. */
export interface DelaySeries {
  /** Of every timed probe: intact, late or truncated. */
  readonly rtt: Float64Array
  /** |IPDV| (RFC 3393): what a round trip differs from the one before it of the same client. */
  readonly variation: Float64Array
}

/** The delays of a run whose probes are all at hand; undefined where some were folded into totals (`--summary`). */
export function delaySeries(facts: RunFacts, { tally }: Analysis): DelaySeries | undefined {
  if (facts.plan.summary) return undefined
  const { clients } = facts.plan
  const rtt: number[] = []
  const variation: number[] = []
  const before: (number | undefined)[] = []
  for (const [number, page] of facts.probes.pages.entries()) {
    if (page === undefined) continue
    for (let place = 0; place < PAGE_ROWS; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled) continue
      const row = number * PAGE_ROWS + place
      const client = row % clients
      const fate = tally.classifier.fate(page, place, probeSize(facts.plan, (row - client) / clients), client)
      const timed = fate === 'intact' || fate === 'late' || fate === 'truncated'
      const delay = timed ? toMs((page.arrived[place] ?? 0) - (page.sent[place] ?? 0)) : undefined
      const last = before[client]
      before[client] = delay
      if (delay === undefined) continue
      rtt.push(delay)
      if (last !== undefined) variation.push(Math.abs(delay - last))
    }
  }
  return { rtt: Float64Array.from(rtt), variation: Float64Array.from(variation) }
}
