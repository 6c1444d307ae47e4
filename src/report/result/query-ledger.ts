import { counted } from '../../base/counted.ts'
import type { QueryFate } from '../../facts/query.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { icmpName } from '../../verdict/icmp-name.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { FateGroup } from './fates.ts'
import type { Observation } from './observations.ts'

/** One fate of the ledger. */
export interface QueryFateRow {
  readonly fate: QueryFate
  readonly group: FateGroup
  readonly count: number
  /** Its meaning, with what is known of these requests. */
  readonly meaning: string
}

const GROUPS: Readonly<Record<QueryFate, FateGroup>> = {
  answered: 'whole',
  askedAgain: 'damaged',
  late: 'late',
  unreachable: 'lost',
  refused: 'not sent',
  silent: 'lost',
  unfinished: 'not sent',
}

/** The fates that occurred, `answered` always. Their counts add up to the requests. */
export function queryFateRows(document: QueryDocument): readonly QueryFateRow[] {
  const { fates } = document.ledger
  return (Object.keys(GROUPS) as QueryFate[]).flatMap(fate => {
    const count = fates[fate] ?? 0
    if (count === 0 && fate !== 'answered') return []
    return [{ fate, group: GROUPS[fate], count, meaning: count === 0 ? '' : meaningOf(fate, document) }]
  })
}

function meaningOf(fate: QueryFate, { requests, options, target }: QueryDocument): string {
  const own = requests.filter(request => request.fate === fate)
  const errors = [...new Set(own.flatMap(({ error }) => error ?? []))]
  const timeoutMs = options['timeoutMs']
  const timeout = typeof timeoutMs === 'number' ? formatMs(timeoutMs) : undefined
  switch (fate) {
    case 'answered':
      return 'in time, by the target'
    case 'askedAgain':
      return 'the answer changed the case of the name, so it was asked for again'
    case 'late':
      return `after the timeout${timeout === undefined ? '' : ` of ${timeout}`}`
    case 'unreachable':
      return ['an ICMP error', ...errors.map(error => icmpName({ error, count: 1 }, target))].join(': ')
    case 'refused':
      return ['by our own kernel', ...errors].join(': ')
    case 'silent':
      return `no answer${timeout === undefined ? '' : ` within ${timeout}`}`
    default:
      return 'interrupted before'
  }
}

/** Datagrams that are no first answers. */
export function queryArrivals({ arrivals, foreignSources }: QueryDocument): readonly Observation[] {
  const { duplicates, unmatched, malformed, foreign = 0 } = arrivals
  const notTaken = [
    ...(unmatched > 0
      ? [`${counted(unmatched, 'datagram')} of the target that ${unmatched === 1 ? 'answers' : 'answer'} no request`]
      : []),
    ...(malformed > 0 ? [`${malformed} malformed`] : []),
    ...(foreign > 0 ? foreignPieces(foreign, foreignSources) : []),
  ]
  const topics: readonly Observation[] = [
    [
      'duplicates',
      duplicates > 0 ? [counted(duplicates, 'further copy of an answer', 'further copies of answers')] : [],
    ],
    ['not taken', notTaken],
  ]
  return topics.filter(([, pieces]) => pieces.length > 0)
}

function foreignPieces(foreign: number, sources: QueryDocument['foreignSources']): readonly string[] {
  const named = sources.map(({ from, count, answers }) => {
    const what = answers === 0 ? '' : answers === count ? ', which would answer' : `, ${answers} of which would answer`
    return `${count} from ${from}${what}`
  })
  const others = foreign - sources.reduce((sum, { count }) => sum + count, 0)
  return [...named, ...(others > 0 ? [`${others} from other addresses`] : [])]
}
