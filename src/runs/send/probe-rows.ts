import { errnoName } from '../../base/errno.ts'
import { toMs } from '../../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, type ProbePage } from '../../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { Classifier } from '../../ledger/classifier.ts'
import type { Fate } from '../../ledger/fate.ts'
import { settlingOrder } from '../../ledger/settling-order.ts'
import type { ProbeRow } from '../../verdict/probe-row.ts'

/** Settled probes of a run. */
export interface SettledRows {
  readonly facts: RunFacts
  /** Ascending. */
  readonly rows: readonly number[]
  readonly classifier: Classifier
  readonly fateOf: (row: number) => Fate | undefined
}

/** The probes of a run, for formats that list them. The fates of the rows add up to those of the ledger. */
export function* probeRows(facts: RunFacts, analysis: Analysis): Iterable<ProbeRow> {
  for (let number = facts.probes.retired; number < facts.probes.pages.length; number++) {
    const page = facts.probes.pages[number]
    if (page === undefined) continue
    for (let place = 0; place < PAGE_ROWS; place++) {
      const row = number * PAGE_ROWS + place
      const fate = analysis.fateOf(row)
      if (fate !== undefined) yield probeRow(facts, analysis.tally.classifier, page, row, fate)
    }
  }
}

/** The same in the order in which they were settled. */
export function settledProbeRows(facts: RunFacts, analysis: Analysis): Iterable<ProbeRow> {
  const { tally, fateOf } = analysis
  return orderedProbeRows({ facts, rows: scheduledRows(facts), classifier: tally.classifier, fateOf })
}

/** These probes in the order in which they were settled. */
export function* orderedProbeRows({ facts, rows, classifier, fateOf }: SettledRows): Iterable<ProbeRow> {
  for (const row of settlingOrder(facts, rows)) {
    const page = facts.probes.find(row)
    const fate = fateOf(row)
    if (page !== undefined && fate !== undefined) yield probeRow(facts, classifier, page, row, fate)
  }
}

function scheduledRows({ probes }: RunFacts): readonly number[] {
  const rows: number[] = []
  probes.pages.forEach((page, number) =>
    page?.outcome.forEach((outcome, place) => {
      if (outcome !== OUTCOME.unscheduled) rows.push(number * PAGE_ROWS + place)
    }),
  )
  return rows
}

/** The fates of the rows of a run that goes on, by the replies so far. */
export function fateByReplies(facts: RunFacts, classifier: Classifier): (row: number) => Fate | undefined {
  const { plan, probes } = facts
  return row => {
    const page = probes.find(row)
    const client = row % plan.clients
    const size = probeSize(plan, (row - client) / plan.clients)
    return page === undefined ? undefined : classifier.fate(page, row % PAGE_ROWS, size, client)
  }
}

/** One probe. `classifier` knows the side of a damaged one. */
export function probeRow(facts: RunFacts, classifier: Classifier, page: ProbePage, row: number, fate: Fate): ProbeRow {
  const place = row % PAGE_ROWS
  const client = row % facts.plan.clients
  const seq = (row - client) / facts.plan.clients
  const size = probeSize(facts.plan, seq)
  const sent = page.sent[place] ?? 0
  const arrived = page.arrived[place] ?? Infinity
  // Clamp to 0, because a journal may have impossible moments.
  const since = (moment: number): number => toMs(Math.max(0, moment - facts.startedAt))
  const hasSide = fate === 'truncated' || fate === 'corrupt'
  return {
    seq,
    client,
    size,
    sentMs: fate === 'refused' ? undefined : since(sent),
    fate,
    rttMs: arrived === Infinity ? undefined : toMs(Math.max(0, arrived - sent)),
    arrivedMs: arrived === Infinity ? undefined : since(arrived),
    scheduledMs: since(page.scheduled?.[place] ?? sent),
    copies: page.copies[place] ?? 0,
    cutAt: fate === 'truncated' ? page.detail[place] : undefined,
    side: hasSide ? classifier.side(page, place, size) : undefined,
    detail: detailOf(facts, page, place),
  }
}

function detailOf(facts: RunFacts, page: ProbePage, place: number): string | undefined {
  const detail = page.detail[place] ?? 0
  switch (page.outcome[place]) {
    case OUTCOME.wrong:
      return `first wrong byte ${detail}`
    case OUTCOME.refused:
      return errnoName(detail)
    case OUTCOME.unreachable:
      return errnoName(facts.icmp[detail]?.errno ?? 0)
    default:
      return undefined
  }
}

/** Round trips in ms in sending order, NaN without a reply. An evenly spaced sample of limited size, for a small picture. */
export function roundTrips(facts: RunFacts, most: number): readonly number[] {
  const scheduled = facts.clients.reduce((sum, client) => sum + client.scheduled, 0)
  const step = Math.max(1, (scheduled - facts.probes.retired * PAGE_ROWS) / most)
  const taken: number[] = []
  let seen = 0
  for (const page of facts.probes.pages) {
    if (page === undefined) continue
    for (let place = 0; place < PAGE_ROWS; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled || seen++ !== Math.floor(taken.length * step)) continue
      const rtt = toMs((page.arrived[place] ?? Infinity) - (page.sent[place] ?? 0))
      taken.push(Number.isFinite(rtt) && rtt >= 0 ? rtt : NaN)
    }
  }
  return taken
}
