import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import type { Analysis } from './analysis.ts'
import { createFateCounts, FATES, type Fate, type FateCounts } from './fate.ts'

/**
 * The fate of each row, so that as many rows have a fate as the ledger says. Some evidence speaks of numbers and not of single probes
 * (drop counters, doubtful directions): which of the rows it moved is not known, so the last ones of that fate are.
 */
export class RowFates {
  readonly #facts: RunFacts
  readonly #analysis: Analysis
  /** By client: rows of a fate that still keep it, and rows of each fate that are to come from others. */
  readonly #clients: { readonly kept: FateCounts; readonly moved: FateCounts }[]
  /** The same of what was moved for the whole run alone. */
  readonly #total: { readonly kept: FateCounts; readonly moved: FateCounts }

  constructor(facts: RunFacts, analysis: Analysis) {
    this.#facts = facts
    this.#analysis = analysis
    const { tally } = analysis
    const raw = facts.clients.map(() => createFateCounts())
    for (let number = facts.probes.retired; number < facts.probes.pages.length; number++) {
      const page = facts.probes.pages[number]
      if (page === undefined) continue
      for (let place = 0; place < PAGE_ROWS; place++) {
        if (page.outcome[place] === OUTCOME.unscheduled) continue
        const { client, size } = this.#probe(number * PAGE_ROWS + place)
        const counts = raw[client]
        if (counts !== undefined) counts[tally.classifier.fate(page, place, size, client)] += 1
      }
    }
    const told = facts.clients.map((_, client) => tally.clients[client]?.fates ?? createFateCounts())
    this.#clients = raw.map((counts, client) => difference(counts, told[client] ?? counts))
    const ofClients = createFateCounts()
    for (const counts of told) for (const fate of FATES) ofClients[fate] += counts[fate]
    this.#total = difference(ofClients, tally.total.fates)
  }

  /** The fate of the next row; rows are asked for in their order, each once. */
  next(number: number, place: number): Fate {
    const page = this.#facts.probes.pages[number]
    const { client, size } = this.#probe(number * PAGE_ROWS + place)
    const fate = page === undefined ? 'lostUnknown' : this.#analysis.tally.classifier.fate(page, place, size, client)
    return take(this.#total, take(this.#clients[client], fate))
  }

  #probe(row: number): { readonly client: number; readonly size: number } {
    const { plan } = this.#facts
    const client = row % plan.clients
    return { client, size: probeSize(plan, (row - client) / plan.clients) }
  }
}

function difference(raw: FateCounts, told: FateCounts): { readonly kept: FateCounts; readonly moved: FateCounts } {
  const [kept, moved] = [createFateCounts(), createFateCounts()]
  for (const fate of FATES) {
    kept[fate] = Math.min(raw[fate], told[fate])
    moved[fate] = Math.max(0, told[fate] - raw[fate])
  }
  return { kept, moved }
}

/** The fate itself while rows are left that keep it, then one that rows were moved to. */
function take(counts: { readonly kept: FateCounts; readonly moved: FateCounts } | undefined, fate: Fate): Fate {
  if (counts === undefined) return fate
  if (counts.kept[fate] > 0) {
    counts.kept[fate] -= 1
    return fate
  }
  const other = FATES.find(name => counts.moved[name] > 0)
  if (other === undefined) return fate
  counts.moved[other] -= 1
  return other
}
