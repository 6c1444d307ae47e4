import type { Simulation } from '../../simulation/simulate.ts'
import type { ClientTruth, PacketRecord, PacketCounts, NetworkTruth } from '../../simulation/truth.ts'
import { toMs } from '../../../src/base/nanos.ts'
import type { Side } from '../../../src/ledger/classifier.ts'
import type { Fate } from '../../../src/ledger/fate.ts'
import type { Result, ResultLedger, ResultLoss } from '../../../src/verdict/result.ts'
import { CHECKED_SIZE } from '../../../src/wire/probe.ts'
import { RECEIPTS_OVERHEAD } from '../../../src/wire/receipts.ts'
import type { Said } from './said.ts'
import {
  hidesItsCheck,
  inOrder,
  isProved,
  isTold,
  requestOf,
  showsAnswer,
  showsReturned,
  Teller,
  type Doubt,
  type Story,
} from './story.ts'

/** What the record says of one client. */
interface Account {
  readonly stories: readonly Story[]
  readonly told: Told
  readonly reordered: number
  readonly maxExtent: number
  readonly longestRun: number
  readonly outages: ResultLoss['outages']
}

/** What became of the questions about receipts. */
type Told = 'unasked' | 'whole' | 'none'

const LOST: readonly Fate[] = ['lostForward', 'lostReturn', 'lostUnknown']

/** What the Result owes, by the network’s own record alone; `doubts`: why it does not tell one story, if so. */
export function owedOf(
  plan: Simulation,
  truth: NetworkTruth,
): { readonly owed: Said; readonly doubts: readonly string[] } {
  const doubts: string[] = []
  const doubt: Doubt = why => void doubts.push(why)
  const replies = truth.clients.flatMap(({ down }) => deliveredOf(down))
  const sawAnswer = replies.some(leg => isTold(plan, leg) && (showsAnswer(leg) || showsReturned(leg)))
  const teller = new Teller(plan, sawAnswer, doubt)
  const start = Math.min(...truth.clients.flatMap(({ up }) => [...up.records.values()].flat().map(leg => leg.sentAt)))
  const accounts = truth.clients.map(client => accountOf(plan, client, teller, start, doubt))
  const directed = accounts.every(({ stories, told }) => {
    return told === 'whole' || (told === 'unasked' && sawAnswer && stories.every(({ reply }) => reply !== undefined))
  })
  return { owed: owedFor(accounts, directed), doubts }
}

function accountOf(plan: Simulation, truth: ClientTruth, teller: Teller, start: number, doubt: Doubt): Account {
  const all = Array.from({ length: plan.probe.count ?? 0 }, (_, sequence) => teller.tell(truth, sequence))
  const told = toldOf(plan, truth, doubt)
  if (told === 'whole') weighNumbers(plan, truth, all, doubt)
  const hidden = told === 'whole' ? undefined : ('lostUnknown' as const)
  const stories = all.map(story =>
    story.reply === undefined ? { ...story, fate: hidden ?? story.fate, row: hidden ?? story.row } : story,
  )
  return { stories, told, ...reorderingOf(stories), ...outagesOf(stories, start) }
}

/** Whether the questions about receipts were answered: the totals, and the states of all at once, as these runs are short. */
function toldOf({ network }: Simulation, { up, down }: ClientTruth, doubt: Doubt): Told {
  if (up.receipts.seen === 0) return 'unasked'
  const both = (count: (counts: PacketCounts) => number): number => count(up.receipts) + count(down.receipts)
  const lost = both(({ dropped, tooBig, queueDropped }) => dropped + tooBig + queueDropped)
  const damaged = ({ corrupted, truncated }: PacketCounts): number => corrupted + truncated
  if (lost + both(damaged) === 0) return 'whole'
  if (down.receipts.delivered === 0) return 'none'
  // What it asks about is not covered by a question's check: the server may have been asked something else, or for less.
  const cutToAsk = network.up.some(rule => rule.rule === 'truncate' && rule.length >= RECEIPTS_OVERHEAD)
  if (up.receipts.corrupted > 0 || (cutToAsk && up.receipts.truncated > 0))
    doubt('a question about receipts came damaged')
  // No answer is longer on its way than the pause before a question is repeated, so none is answered twice.
  const copies = both(({ duplicated }) => duplicated)
  if (down.receipts.delivered - copies - damaged(down.receipts) >= 2) return 'whole'
  // One of these may have been another of them too, or may never have come. A cut question never does: its copies may be missed.
  const missed = lost + (copies > 0 ? up.receipts.truncated : 0)
  const ways = [copies, missed, down.receipts.corrupted, down.receipts.truncated]
  if (ways.filter(times => times > 0).length > 1) doubt('answers about receipts came, damaged or copied')
  return 'none'
}

/** Evidence that speaks of numbers and not of single probes (docs/ledger.md) tells the truth of each only where it is of no other. */
function weighNumbers(plan: Simulation, { up, down }: ClientTruth, stories: readonly Story[], doubt: Doubt): void {
  const replies = deliveredOf(down).filter(leg => isTold(plan, leg))
  const unproved = deliveredOf(up).filter(leg => !isProved(leg)).length
  const echoed = replies.filter(leg => !isProved(requestOf(leg))).length
  const lost = stories.filter(({ row }) => row === 'lostForward')
  if (unproved - echoed !== lost.filter(({ fate }) => fate === 'lostUnknown').length)
    doubt('a copy of a probe came damaged')
  if (lost.length > 0 && replies.some(hidesItsCheck)) doubt('damage that hides where it was done')
  const unidentified = sum(stories, story => story.unidentified)
  const back = stories.filter(({ row }) => row === 'lostReturn')
  if (Math.min(unidentified, back.length) !== back.filter(({ fate }) => fate === 'lostUnknown').length)
    doubt('replies that cannot be told')
}

function deliveredOf({ records }: ClientTruth['up']): PacketRecord[] {
  return [...records.values()].flat().filter(({ fate }) => fate === 'delivered')
}

/** RFC 4737 sections 3.3 and 4.2.1, word for word, over the first replies whose sequence a check proves. */
function reorderingOf(stories: readonly Story[]): { readonly reordered: number; readonly maxExtent: number } {
  const sequences = new Map(stories.flatMap(({ reply, sequence }) => (reply === undefined ? [] : [[reply, sequence]])))
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

/** Runs of losses in the order of sending; from two on they are outages. */
function outagesOf(stories: readonly Story[], start: number): Pick<Account, 'longestRun' | 'outages'> {
  const isLost = ({ reply }: Story): boolean => reply === undefined
  const runs = stories.flatMap((story, first) => {
    const before = stories[first - 1]
    if (!isLost(story) || (before !== undefined && isLost(before))) return []
    const after = stories.findIndex((later, n) => n > first && !isLost(later))
    const lost = (after < 0 ? stories.length : after) - first
    const end = stories[after < 0 ? stories.length - 1 : after]?.sentAt ?? NaN
    return [{ startMs: toMs(story.sentAt - start), lengthMs: toMs(end - story.sentAt), lost }]
  })
  return {
    longestRun: Math.max(0, ...runs.map(({ lost }) => lost)),
    outages: runs.filter(({ lost }) => lost >= 2),
  }
}

function owedFor(accounts: readonly Account[], directed: boolean): Said {
  const stories = accounts.flatMap(account => account.stories)
  const count = (fate: Fate): number => stories.filter(story => story.fate === fate).length
  const several = accounts.length > 1
  // Where a loss has no direction, none of one direction is not proved (docs/result.md, Loss and damage).
  const proved = (fate: Fate): number | undefined =>
    count(fate) === 0 && count('lostUnknown') > 0 ? undefined : count(fate)
  return {
    receipts: directed ? 'whole' : 'none',
    ledger: ledgerOf(
      stories,
      sum(accounts, ({ reordered }) => reordered),
    ),
    loss: {
      count: stories.filter(({ fate }) => LOST.includes(fate)).length,
      ...(directed ? { forward: proved('lostForward'), return: proved('lostReturn') } : {}),
      unknown: count('lostUnknown'),
      longestRun: Math.max(...accounts.map(({ longestRun }) => longestRun)),
      outages: accounts
        .flatMap(({ outages }, client) => outages.map(outage => (several ? { ...outage, client } : outage)))
        .toSorted((a, b) => a.startMs - b.startMs),
    },
    truncation: { count: count('truncated'), cutAt: cutsOf(stories) },
    corruption: count('corrupt') === 0 ? undefined : corruptionOf(stories),
    maxExtent: Math.max(...accounts.map(({ maxExtent }) => maxExtent)),
    clients: accounts.map(({ stories, reordered, longestRun }) => ({
      ledger: ledgerOf(stories, reordered),
      lost: stories.filter(({ fate }) => LOST.includes(fate)).length,
      longestRun,
    })),
    rows: accounts.flatMap(({ stories }, client) => rowsShown(stories).map(story => rowOf(story, client))),
  }
}

/** Which rows a doubt about numbers moved is not known: the last ones of that fate are shown so (docs/formats.md). */
function rowsShown(stories: readonly Story[]): readonly Story[] {
  const kept = new Map<Fate, number>()
  for (const { row, fate } of stories) if (row === fate) kept.set(row, (kept.get(row) ?? 0) + 1)
  return stories.map(story => {
    const left = kept.get(story.row) ?? 0
    kept.set(story.row, left - 1)
    return left > 0 ? story : { ...story, row: 'lostUnknown' }
  })
}

function ledgerOf(stories: readonly Story[], reordered: number): ResultLedger {
  const fates: Partial<Record<Fate, number>> = {}
  for (const { fate } of stories) fates[fate] = (fates[fate] ?? 0) + 1
  const replies = stories.filter(({ reply }) => reply !== undefined).length
  const duplicates = sum(stories, ({ copies }) => copies)
  const unidentified = sum(stories, story => story.unidentified)
  return {
    scheduled: stories.length,
    sent: stories.length,
    replies,
    fates: { ...fates, intact: fates.intact ?? 0 },
    received: replies + duplicates + unidentified,
    duplicates,
    reordered,
    foreign: 0,
    unidentified,
  }
}

function cutsOf(stories: readonly Story[]): Result['truncation']['cutAt'] {
  const cuts = stories.flatMap(({ cut }) => (cut === undefined ? [] : [cut]))
  const names = new Map(cuts.map(cut => [`${cut.length} ${cut.side}`, cut]))
  return [...names.values()].map(({ length, side }) => {
    return { length, side, count: cuts.filter(cut => cut.length === length && cut.side === side).length }
  })
}

function corruptionOf(stories: readonly Story[]): Result['corruption'] {
  const wrong = stories.flatMap(story => (story.wrong === undefined ? [] : [story.wrong]))
  const count = (side: Side): number => wrong.filter(one => one.side === side).length
  return {
    count: wrong.length,
    request: count('request'),
    reply: count('reply'),
    unknown: count('unknown'),
    firstWrongByte: Math.min(...wrong.map(({ offset }) => offset)),
  }
}

function rowOf({ sequence, row, copies, cut, wrong }: Story, client: number): Said['rows'][number] {
  return { client, seq: sequence, fate: row, copies, cutAt: cut?.length, side: cut?.side ?? wrong?.side }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
