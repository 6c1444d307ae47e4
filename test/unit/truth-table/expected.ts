import type { Simulation } from '../../simulation/simulate.ts'
import type { ClientTruth, PacketRecord, PacketCounts, NetworkTruth } from '../../simulation/truth.ts'
import { toMs } from '../../../src/base/nanos.ts'
import type { Side } from '../../../src/ledger/classifier.ts'
import type { Fate } from '../../../src/ledger/fate.ts'
import type { Result, ResultLedger, ResultLoss } from '../../../src/verdict/result.ts'
import { CHECKED_SIZE } from '../../../src/wire/probe.ts'
import { RECEIPTS_OVERHEAD } from '../../../src/wire/receipts.ts'
import { CONTEXT } from '../verdict/context.ts'
import type { Reported } from './reported.ts'
import {
  hidesItsCheck,
  inOrder,
  isProved,
  isIdentified,
  requestOf,
  showsAnswer,
  showsReturned,
  RecordReader,
  type Doubt,
  type Outcome,
} from './outcome.ts'

/** The outcome of one client by the record. */
interface Account {
  readonly outcomes: readonly Outcome[]
  readonly receipts: ReceiptsState
  readonly reordered: number
  readonly maxExtent: number
  readonly longestRun: number
  readonly outages: ResultLoss['outages']
}

/** State of the receipts requests. */
type ReceiptsState = 'unasked' | 'whole' | 'none'

const LOST: readonly Fate[] = ['lostForward', 'lostReturn', 'lostUnknown']

/** The expected Result, by the network’s own record alone; `doubts`: why the record is ambiguous, if it is. */
export function expectedOf(
  plan: Simulation,
  truth: NetworkTruth,
): { readonly expected: Reported; readonly doubts: readonly string[] } {
  const doubts: string[] = []
  const doubt: Doubt = why => void doubts.push(why)
  const replies = truth.clients.flatMap(({ down }) => deliveredOf(down))
  const sawAnswer = replies.some(packet => isIdentified(plan, packet) && (showsAnswer(packet) || showsReturned(packet)))
  const reader = new RecordReader(plan, sawAnswer, doubt)
  const start = Math.min(
    ...truth.clients.flatMap(({ up }) => [...up.records.values()].flat().map(packet => packet.sentAt)),
  )
  const accounts = truth.clients.map(client => accountOf(plan, client, reader, start, doubt))
  const directed = accounts.every(({ outcomes, receipts }) => {
    return (
      receipts === 'whole' ||
      (receipts === 'unasked' && sawAnswer && outcomes.every(({ reply }) => reply !== undefined))
    )
  })
  return { expected: expectedFor(accounts, directed), doubts }
}

function accountOf(plan: Simulation, truth: ClientTruth, reader: RecordReader, start: number, doubt: Doubt): Account {
  const all = Array.from({ length: plan.probe.count ?? 0 }, (_, sequence) => reader.read(truth, sequence))
  const receipts = receiptsStateOf(plan, truth, doubt)
  if (receipts === 'whole') weighNumbers(plan, truth, all, doubt)
  const hidden = receipts === 'whole' ? undefined : ('lostUnknown' as const)
  const outcomes = all.map(outcome =>
    outcome.reply === undefined ? { ...outcome, fate: hidden ?? outcome.fate, row: hidden ?? outcome.row } : outcome,
  )
  return { outcomes, receipts, ...reorderingOf(outcomes), ...outagesOf(outcomes, start) }
}

/** Whether the receipts requests were answered: the totals, and the states of all at once, as these runs are short. */
function receiptsStateOf({ network }: Simulation, { up, down }: ClientTruth, doubt: Doubt): ReceiptsState {
  if (up.receipts.seen === 0) return 'unasked'
  const both = (count: (counts: PacketCounts) => number): number => count(up.receipts) + count(down.receipts)
  const lost = both(({ dropped, tooBig, queueDropped }) => dropped + tooBig + queueDropped)
  const damaged = ({ corrupted, truncated }: PacketCounts): number => corrupted + truncated
  if (lost + both(damaged) === 0) return 'whole'
  if (down.receipts.delivered === 0) return 'none'
  // A request’s check does not cover its range: the server may have received another range, or a shorter one.
  const cutToAsk = network.up.some(rule => rule.rule === 'truncate' && rule.length >= RECEIPTS_OVERHEAD)
  if (up.receipts.corrupted > 0 || (cutToAsk && up.receipts.truncated > 0)) doubt('a receipts request arrived damaged')
  // No answer travels longer than the pause before a request is repeated, so none is answered twice.
  const copies = both(({ duplicated }) => duplicated)
  if (down.receipts.delivered - copies - damaged(down.receipts) >= 2) return 'whole'
  // One of these may have been another of them too, or may never have arrived. A cut request never is: its copies may be missed.
  const missed = lost + (copies > 0 ? up.receipts.truncated : 0)
  const ways = [copies, missed, down.receipts.corrupted, down.receipts.truncated]
  if (ways.filter(times => times > 0).length > 1) doubt('answers about receipts came, damaged or copied')
  return 'none'
}

/** Evidence about numbers instead of single probes (docs/ledger.md) proves the fate of each only if it belongs to no other. */
function weighNumbers(plan: Simulation, { up, down }: ClientTruth, outcomes: readonly Outcome[], doubt: Doubt): void {
  const replies = deliveredOf(down).filter(packet => isIdentified(plan, packet))
  const unproved = deliveredOf(up).filter(packet => !isProved(packet)).length
  const echoed = replies.filter(packet => !isProved(requestOf(packet))).length
  const lost = outcomes.filter(({ row }) => row === 'lostForward')
  if (unproved - echoed !== lost.filter(({ fate }) => fate === 'lostUnknown').length)
    doubt('a copy of a probe arrived damaged')
  if (lost.length > 0 && replies.some(hidesItsCheck)) doubt('damage that hides where it was done')
  const unidentified = sum(outcomes, outcome => outcome.unidentified)
  const back = outcomes.filter(({ row }) => row === 'lostReturn')
  if (Math.min(unidentified, back.length) !== back.filter(({ fate }) => fate === 'lostUnknown').length)
    doubt('replies that cannot be identified')
}

function deliveredOf({ records }: ClientTruth['up']): PacketRecord[] {
  return [...records.values()].flat().filter(({ fate }) => fate === 'delivered')
}

/** RFC 4737 sections 3.3 and 4.2.1, literally, over the first replies whose sequence a check proves. */
function reorderingOf(outcomes: readonly Outcome[]): { readonly reordered: number; readonly maxExtent: number } {
  const sequences = new Map(outcomes.flatMap(({ reply, sequence }) => (reply === undefined ? [] : [[reply, sequence]])))
  const proved = inOrder([...sequences.keys()]).filter(reply => {
    return Math.min(requestOf(reply).intact, reply.intact) >= CHECKED_SIZE
  })
  const arrivals = proved.map(reply => sequences.get(reply) ?? -1)
  let nextExpected = 0
  let reordered = 0
  let maxExtent = 0
  arrivals.forEach((sequence, position) => {
    if (sequence >= nextExpected) nextExpected = sequence + 1
    else {
      reordered += 1
      maxExtent = Math.max(maxExtent, position - arrivals.findIndex(earlier => earlier > sequence))
    }
  })
  return { reordered, maxExtent }
}

/** Runs of losses in sending order; two or more are outages. */
function outagesOf(outcomes: readonly Outcome[], start: number): Pick<Account, 'longestRun' | 'outages'> {
  const isLost = ({ reply }: Outcome): boolean => reply === undefined
  const runs = outcomes.flatMap((outcome, first) => {
    const before = outcomes[first - 1]
    if (!isLost(outcome) || (before !== undefined && isLost(before))) return []
    const after = outcomes.findIndex((later, n) => n > first && !isLost(later))
    const lost = (after < 0 ? outcomes.length : after) - first
    const end = outcomes[after < 0 ? outcomes.length - 1 : after]?.sentAt ?? NaN
    const startMs = toMs(outcome.sentAt - start)
    const at = new Date(Date.parse(CONTEXT.startedAt) + startMs).toISOString()
    return [{ at, startMs, lengthMs: toMs(end - outcome.sentAt), lost }]
  })
  return {
    longestRun: Math.max(0, ...runs.map(({ lost }) => lost)),
    outages: runs.filter(({ lost }) => lost >= 2),
  }
}

function expectedFor(accounts: readonly Account[], directed: boolean): Reported {
  const outcomes = accounts.flatMap(account => account.outcomes)
  const count = (fate: Fate): number => outcomes.filter(outcome => outcome.fate === fate).length
  const several = accounts.length > 1
  // If a loss has no direction, none of one direction is not proved (docs/result.md, Loss and damage).
  const proved = (fate: Fate): number | undefined =>
    count(fate) === 0 && count('lostUnknown') > 0 ? undefined : count(fate)
  return {
    receipts: directed ? 'whole' : 'none',
    ledger: ledgerOf(
      outcomes,
      sum(accounts, ({ reordered }) => reordered),
    ),
    loss: {
      count: outcomes.filter(({ fate }) => LOST.includes(fate)).length,
      ...(directed ? { forward: proved('lostForward'), return: proved('lostReturn') } : {}),
      unknown: count('lostUnknown'),
      longestRun: Math.max(...accounts.map(({ longestRun }) => longestRun)),
      outages: accounts
        .flatMap(({ outages }, client) => outages.map(outage => (several ? { ...outage, client } : outage)))
        .toSorted((a, b) => a.startMs - b.startMs),
    },
    truncation: { count: count('truncated'), cutAt: cutsOf(outcomes) },
    corruption: count('corrupt') === 0 ? undefined : corruptionOf(outcomes),
    maxExtent: Math.max(...accounts.map(({ maxExtent }) => maxExtent)),
    clients: accounts.map(({ outcomes, reordered, longestRun }) => ({
      ledger: ledgerOf(outcomes, reordered),
      lost: outcomes.filter(({ fate }) => LOST.includes(fate)).length,
      longestRun,
    })),
    rows: accounts.flatMap(({ outcomes }, client) => rowsShown(outcomes).map(outcome => rowOf(outcome, client))),
  }
}

/** Doubts about numbers do not determine the rows: the last ones of that fate are used (docs/formats.md). */
function rowsShown(outcomes: readonly Outcome[]): readonly Outcome[] {
  const kept = new Map<Fate, number>()
  for (const { row, fate } of outcomes) if (row === fate) kept.set(row, (kept.get(row) ?? 0) + 1)
  return outcomes.map(outcome => {
    const left = kept.get(outcome.row) ?? 0
    kept.set(outcome.row, left - 1)
    return left > 0 ? outcome : { ...outcome, row: 'lostUnknown' }
  })
}

function ledgerOf(outcomes: readonly Outcome[], reordered: number): ResultLedger {
  const fates: Partial<Record<Fate, number>> = {}
  for (const { fate } of outcomes) fates[fate] = (fates[fate] ?? 0) + 1
  const replies = outcomes.filter(({ reply }) => reply !== undefined).length
  const duplicates = sum(outcomes, ({ copies }) => copies)
  const unidentified = sum(outcomes, outcome => outcome.unidentified)
  return {
    scheduled: outcomes.length,
    sent: outcomes.length,
    replies,
    fates: { ...fates, intact: fates.intact ?? 0 },
    received: replies + duplicates + unidentified,
    duplicates,
    reordered,
    foreign: 0,
    unidentified,
  }
}

function cutsOf(outcomes: readonly Outcome[]): Result['truncation']['cutAt'] {
  const cuts = outcomes.flatMap(({ cut }) => (cut === undefined ? [] : [cut]))
  const names = new Map(cuts.map(cut => [`${cut.length} ${cut.side}`, cut]))
  return [...names.values()].map(({ length, side }) => {
    return { length, side, count: cuts.filter(cut => cut.length === length && cut.side === side).length }
  })
}

function corruptionOf(outcomes: readonly Outcome[]): Result['corruption'] {
  const wrong = outcomes.flatMap(outcome => (outcome.wrong === undefined ? [] : [outcome.wrong]))
  const count = (side: Side): number => wrong.filter(one => one.side === side).length
  return {
    count: wrong.length,
    request: count('request'),
    reply: count('reply'),
    unknown: count('unknown'),
    firstWrongByte: Math.min(...wrong.map(({ offset }) => offset)),
  }
}

function rowOf({ sequence, row, copies, cut, wrong }: Outcome, client: number): Reported['rows'][number] {
  return { client, seq: sequence, fate: row, copies, cutAt: cut?.length, side: cut?.side ?? wrong?.side }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
