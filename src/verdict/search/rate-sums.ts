import { FATES, LOSSES } from '../../ledger/fate.ts'
import { wilson95 } from '../../ledger/wilson.ts'
import type { Result, ResultLedger, ResultLoss } from '../result.ts'

type Evidence = Result['evidence']
type Counts = Readonly<Record<string, number | undefined>>

/** What a ledger with its losses needs to be added to another one. */
interface Part {
  readonly ledger: ResultLedger
  readonly loss: ResultLoss
}

/** The ledger of several runs as one. */
export function sumLedgers(parts: readonly Part[]): ResultLedger {
  const sum = (of: (ledger: ResultLedger) => number): number => parts.reduce((all, { ledger }) => all + of(ledger), 0)
  const fates = FATES.map(fate => [fate, sum(ledger => ledger.fates[fate] ?? 0)] as const)
  return {
    scheduled: sum(ledger => ledger.scheduled),
    sent: sum(ledger => ledger.sent),
    replies: sum(ledger => ledger.replies),
    fates: { intact: 0, ...Object.fromEntries(fates.filter(([fate, count]) => fate === 'intact' || count > 0)) },
    received: sum(ledger => ledger.received),
    duplicates: sum(ledger => ledger.duplicates),
    reordered: sum(ledger => ledger.reordered),
    foreign: sum(ledger => ledger.foreign),
    unidentified: sum(ledger => ledger.unidentified),
  }
}

/**
 * Their losses. An overload loses datagrams in rows all the time, so its outages are counted, not listed. A direction is known if it is known of
 * every loss.
 */
export function sumLosses(parts: readonly Part[]): ResultLoss {
  const { fates, scheduled } = sumLedgers(parts)
  const { lostForward = 0, lostReturn = 0, lostUnknown = 0 } = fates
  const count = LOSSES.reduce((sum, fate) => sum + (fates[fate] ?? 0), 0)
  const ci95 = wilson95(count, scheduled)
  const lossy = parts.filter(({ loss }) => loss.count > 0)
  const directed = (lossy.length > 0 ? lossy : parts).every(
    ({ loss }) => loss.forward !== undefined || loss.return !== undefined || loss.unknown === loss.count,
  )
  const isKnown = lostUnknown === 0 && directed
  const outages = parts.reduce((sum, { loss }) => sum + loss.outages.length + (loss.outagesOmitted ?? 0), 0)
  return {
    count,
    ...(scheduled === 0 ? {} : { ratio: count / scheduled }),
    ...(ci95 === undefined ? {} : { ci95 }),
    ...(isKnown || lostForward > 0 ? { forward: lostForward } : {}),
    ...(isKnown || lostReturn > 0 ? { return: lostReturn } : {}),
    unknown: lostUnknown,
    longestRun: parts.reduce((most, { loss }) => Math.max(most, loss.longestRun), 0),
    outages: [],
    ...(outages === 0 ? {} : { outagesOmitted: outages }),
  }
}

export function sumTruncations(parts: readonly Result['truncation'][]): Result['truncation'] {
  const cutAt = groupCounts(parts.flatMap(part => part.cutAt))
  return { count: parts.reduce((sum, { count }) => sum + count, 0), cutAt }
}

/** Items that differ in their count only, once each. */
export function groupCounts<Item extends { readonly count: number }>(items: readonly Item[]): Item[] {
  const groups = new Map<string, Item>()
  for (const item of items) {
    const { count, ...kind } = item
    const key = JSON.stringify(kind)
    groups.set(key, { ...item, count: count + (groups.get(key)?.count ?? 0) })
  }
  return [...groups.values()]
}

/** Counts by name, added. */
function sumCounts(parts: readonly (Counts | undefined)[]): Record<string, number> | undefined {
  const sums = new Map<string, number>()
  const known = parts.filter(part => part !== undefined)
  for (const part of known)
    for (const [name, count = 0] of Object.entries(part)) sums.set(name, count + (sums.get(name) ?? 0))
  return known.length === 0 ? undefined : Object.fromEntries(sums)
}

/** What all runs together could observe: counters added, the weakest receipts, and for the rest the first run. */
export function sumEvidence(parts: readonly Evidence[]): Evidence {
  const [first] = parts
  if (first === undefined) throw new RangeError('no run')
  const weakest = (['void', 'none'] as const).find(state => parts.some(({ receipts }) => receipts === state))
  const counts = sumCounts(
    parts.map(({ serverDrops, serverSendFailed, clientDrops }) => ({
      ...(serverDrops === undefined ? {} : { serverDrops }),
      ...(serverSendFailed === undefined ? {} : { serverSendFailed }),
      ...(clientDrops === undefined ? {} : { clientDrops }),
    })),
  )
  const icmpIgnored = sumCounts(parts.map(part => part.icmpIgnored))
  const receiveErrors = sumCounts(parts.map(part => part.receiveErrors))
  const implausible = sumCounts(parts.map(part => part.implausible))
  const host = sumCounts(parts.map(part => part.host))
  return {
    ...first,
    ...counts,
    receipts: weakest ?? 'whole',
    ...(icmpIgnored === undefined ? {} : { icmpIgnored }),
    ...(receiveErrors === undefined ? {} : { receiveErrors }),
    ...(implausible === undefined ? {} : { implausible }),
    ...(host === undefined ? {} : { host }),
  }
}
