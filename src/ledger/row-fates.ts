import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import type { MixedLosses } from './counted-directions.ts'
import { createFateCounts, FATES, type Fate, type FateCounts } from './fate.ts'
import type { StagedRun } from './staged-run.ts'

/** Rows with the same proved fate: how many keep it, and how many get each other fate. */
interface Moves {
  readonly kept: FateCounts
  readonly moved: FateCounts
}

/**
 * The fate of each row; the numbers of rows by fate equal those of the ledger. Some evidence is about numbers and not single probes (drop
 * counters, doubtful directions): which rows it moved is unknown, so the last ones of that fate are chosen. The column, one byte a row, is made
 * on the first call.
 */
export function rowFates(run: StagedRun<'refined'>): (row: number) => Fate | undefined {
  let column: Uint8Array | undefined
  const first = run.facts.probes.retired * PAGE_ROWS
  return row => {
    column ??= fateColumn(run)
    return FATES[(column[row - first] ?? 0) - 1]
  }
}

/** For each row the index of its fate in `FATES`, from 1; 0: none. */
function fateColumn({ facts, tally }: StagedRun<'refined'>): Uint8Array {
  const { clients } = facts.plan
  const first = facts.probes.retired * PAGE_ROWS
  const column = provedFates(facts, tally.classifier)
  placeMixed(column, first, tally.classifier.directions?.mixed ?? [])
  const raw = facts.clients.map(() => createFateCounts())
  for (let index = 0; index < column.length; index++) {
    const [counts, fate] = [raw[(first + index) % clients], FATES[(column[index] ?? 0) - 1]]
    if (counts !== undefined && fate !== undefined) counts[fate] += 1
  }
  const refinedCounts = raw.map((counts, client) => tally.clients[client]?.fates ?? counts)
  const ofClients = raw.map((counts, client) => difference(counts, refinedCounts[client] ?? counts))
  const sums = createFateCounts()
  for (const counts of refinedCounts) for (const fate of FATES) sums[fate] += counts[fate]
  // What was moved in the totals only.
  const ofTotal = difference(sums, tally.total.fates)
  for (let index = 0; index < column.length; index++) {
    const fate = FATES[(column[index] ?? 0) - 1]
    if (fate === undefined) continue
    column[index] = FATES.indexOf(take(ofTotal, take(ofClients[(first + index) % clients], fate))) + 1
  }
  return column
}

/** The fates that evidence about single datagrams proves. */
function provedFates(facts: RunFacts, classifier: StagedRun<'refined'>['tally']['classifier']): Uint8Array {
  const { plan, probes } = facts
  const { length } = probes.pages
  const rowsOfLast = probes.pages[length - 1]?.outcome.length ?? PAGE_ROWS
  const column = new Uint8Array(Math.max(0, length - probes.retired) * PAGE_ROWS - (PAGE_ROWS - rowsOfLast))
  for (let number = probes.retired; number < probes.pages.length; number++) {
    const page = probes.pages[number]
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled) continue
      const row = number * PAGE_ROWS + place
      const client = row % plan.clients
      const fate = classifier.fate(page, place, probeSize(plan, (row - client) / plan.clients), client)
      column[row - probes.retired * PAGE_ROWS] = FATES.indexOf(fate) + 1
    }
  }
  return column
}

/** Losses of which only the numbers by direction are known: any of the rows of a segment may be chosen, but no others. */
function placeMixed(column: Uint8Array, first: number, mixed: readonly MixedLosses[]): void {
  for (const { rows, forward, back } of mixed) {
    rows.forEach((row, index) => {
      if (index < forward) column[row - first] = FATES.indexOf('lostForward') + 1
      else if (index >= rows.length - back) column[row - first] = FATES.indexOf('lostReturn') + 1
    })
  }
}

function difference(raw: FateCounts, refinedCounts: Readonly<FateCounts>): Moves {
  const [kept, moved] = [createFateCounts(), createFateCounts()]
  for (const fate of FATES) {
    kept[fate] = Math.min(raw[fate], refinedCounts[fate])
    moved[fate] = Math.max(0, refinedCounts[fate] - raw[fate])
  }
  return { kept, moved }
}

/** The fate itself as long as rows that keep it are left, then one to which rows were moved. */
function take(counts: Moves | undefined, fate: Fate): Fate {
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
