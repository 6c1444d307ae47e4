import type { Result, ResultLedger, ResultSize } from '../../verdict/result.ts'
import { FATES } from '../result/fates.ts'
import type { Page } from './page.ts'
import { partsTable, type Part } from './parts-table.ts'

/** Up to this number, each size has a line of its own. */
const MOST_LINES = 24
/** Maximum number of lines for passing sizes between two cliffs. */
const PIECES = 6

/** The share of whole replies by size: one line per size, or per group of adjacent sizes with equal results. */
export function sweepChart(page: Page): string[] {
  const { sizes, sweep } = page.result
  if (sweep === undefined || sizes.length === 0) return []
  const groups = sizes.length <= MOST_LINES || page.verbose ? sizes.map(size => [size]) : grouped(sizes)
  return partsTable(page, 'size', groups.map(partOf))
}

/** Adjacent sizes in groups: those that lost everything separate from the others; long groups are split. */
function grouped(sizes: readonly ResultSize[]): ResultSize[][] {
  const groups: ResultSize[][] = []
  let before: string | undefined
  for (const size of sizes) {
    const fate = sharedFate(size)
    if (fate === before) groups.at(-1)?.push(size)
    else groups.push([size])
    before = fate
  }
  return groups.flatMap(group => {
    const mixed = group.some(({ ledger }) => ledger.fates.intact < ledger.scheduled)
    if (!mixed || sharedFate(group[0]) !== 'intact') return [group]
    const length = Math.ceil(group.length / PIECES)
    return Array.from({ length: Math.ceil(group.length / length) }, (_, n) => group.slice(n * length, (n + 1) * length))
  })
}

/** The most frequent fate of a size without whole replies. `intact` if there is a whole one. */
function sharedFate(size: ResultSize | undefined): string {
  const fates = size?.ledger.fates
  if (fates === undefined || fates.intact > 0) return 'intact'
  return FATES.toSorted((a, b) => (fates[b.fate] ?? 0) - (fates[a.fate] ?? 0))[0]?.fate ?? 'intact'
}

function partOf(group: readonly ResultSize[]): Part {
  const [first] = group
  const last = group.at(-1)
  const from = first?.size ?? 0
  const to = last?.size ?? from
  return {
    name: from === to ? `${from} B` : `${from}–${to} B`,
    ledger: summed(group.map(({ ledger }) => ledger)),
    rtt: group.length === 1 ? first?.rtt : undefined,
    cuts: sharedCuts(group),
  }
}

function summed(ledgers: readonly ResultLedger[]): ResultLedger {
  const sum = (pick: (ledger: ResultLedger) => number): number =>
    ledgers.reduce((total, ledger) => total + pick(ledger), 0)
  const [first] = ledgers
  const fates = Object.fromEntries(FATES.map(({ fate }) => [fate, sum(({ fates: counts }) => counts[fate] ?? 0)]))
  return {
    scheduled: sum(({ scheduled }) => scheduled),
    sent: sum(({ sent }) => sent),
    replies: sum(({ replies }) => replies),
    fates: { intact: first?.fates.intact ?? 0, ...fates },
    received: sum(({ received }) => received),
    duplicates: sum(({ duplicates }) => duplicates),
    reordered: sum(({ reordered }) => reordered),
    foreign: sum(({ foreign }) => foreign),
    unidentified: sum(({ unidentified }) => unidentified),
  }
}

/** Where all were cut, if at the same length. */
function sharedCuts(group: readonly ResultSize[]): Result['truncation']['cutAt'] {
  const cuts = group.flatMap(({ truncation }) => truncation.cutAt)
  return new Set(cuts.map(({ length }) => length)).size === 1 ? cuts.slice(0, 1) : cuts
}
