import { formatCount } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import { formatQueryActual } from '../../verdict/query/query-actual.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { answerObservations } from '../result/query-findings.ts'
import { queryArrivals, queryFateRows } from '../result/query-ledger.ts'
import type { Observation } from '../result/observations.ts'
import { formatMs } from '../text/milliseconds.ts'
import { formatShare } from '../text/share.ts'
import { optionText } from './fact-text.ts'
import { warningList } from './finding-sections.ts'
import { type Content, element, fragment, type Markup } from './markup.ts'
import { groupClass } from './pictures/group-class.ts'
import { factsTable, verdictMark } from './result-tables.ts'
import { type Numbered, section } from './section.ts'
import { folded, table } from './table.ts'

/** A query on a page. */
export interface PagedQuery extends Numbered {
  readonly query: QueryDocument
  /** The lines of a reply to a message, if it is a text. */
  readonly replyLines: readonly string[]
}

const NUMBER = { numeric: true } as const

/** All sections of a query, the most important first. Empty sections are left out. */
export function querySections(paged: PagedQuery): Markup {
  const { query } = paged
  return fragment(
    query.expectations.length === 0
      ? undefined
      : section(paged, 'expectations', 'Expectations', expectationsTable(query)),
    query.warnings.length === 0
      ? undefined
      : section(paged, 'warnings', 'What stands out', warningList(query.warnings)),
    query.reply === undefined ? undefined : section(paged, 'answer', 'The answer', ...answerParts(paged, query.reply)),
    section(paged, 'ledger', 'Requests', ledgerTable(query), arrivals(query), requestsTable(query)),
    section(paged, 'circumstances', 'The run', optionsTable(query)),
  )
}

function expectationsTable({ expectations }: QueryDocument): Markup {
  const anyReason = expectations.some(({ reason }) => reason !== undefined)
  return table(
    'Each expectation, and what was observed',
    [
      { title: 'expectation' },
      { title: 'observed' },
      { title: 'verdict' },
      ...(anyReason ? [{ title: 'reason' }] : []),
    ],
    expectations.map(one => [
      element('code', {}, one.expr),
      formatQueryActual(one, formatCount) || 'nothing',
      verdictMark(one.passed),
      ...(anyReason ? [one.reason ?? ''] : []),
    ]),
  )
}

/** What the answer says, its records, its text and its bytes. */
function answerParts(
  { query, replyLines }: PagedQuery,
  reply: NonNullable<QueryDocument['reply']>,
): readonly Content[] {
  const facts = [...answerObservations(query), ['length', [formatSize(reply.length)]] as const]
  const { records = [] } = query.dns ?? {}
  return [
    records.length === 0
      ? undefined
      : table(
          'The records of the answer section',
          [{ title: 'name' }, { title: 'TTL', ...NUMBER }, { title: 'class' }, { title: 'type' }, { title: 'data' }],
          records.map(({ name, ttl, class: group, type, data }) => [
            name,
            String(ttl),
            group,
            type,
            element('code', {}, data),
          ]),
        ),
    factsTable('What the answer says', facts.map(joined)),
    replyLines.length === 0 ? undefined : element('pre', {}, replyLines.join('\n')),
    reply.length === 0 ? undefined : folded('The bytes of the answer', element('pre', {}, dump(reply.hex))),
  ]
}

function joined([name, pieces]: Observation): readonly [name: string, value: string] {
  return [name, pieces.join(' · ')]
}

/** Sixteen bytes a line. */
function dump(hex: string): string {
  const bytes = hex.match(/../gu) ?? []
  const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => {
    return `${(line * 16).toString(16).padStart(4, '0')}  ${bytes.slice(line * 16, line * 16 + 16).join(' ')}`
  })
  return lines.join('\n')
}

function ledgerTable(query: QueryDocument): Markup {
  const { requests } = query.ledger
  const rows = queryFateRows(query).map(({ fate, group, count, meaning }): Content[] => [
    fragment(element('i', { class: `swatch ${groupClass(group)}`, 'aria-hidden': 'true' }), fate),
    formatCount(count),
    formatShare(count, requests),
    meaning,
  ])
  return table(
    'The ledger: every request has exactly one fate',
    [{ title: 'fate' }, { title: 'requests', ...NUMBER }, { title: 'share', ...NUMBER }, { title: 'evidence' }],
    [...rows, ['requests', `= ${formatCount(requests)}`, '', 'the sum of all fates']],
  )
}

function arrivals(query: QueryDocument): Markup | undefined {
  const topics = queryArrivals(query)
  return topics.length === 0 ? undefined : factsTable('Datagrams that are no first answers', topics.map(joined))
}

function requestsTable({ requests }: QueryDocument): Markup {
  const rows = table(
    'Each request, in the order in which they were sent',
    [
      { title: 'question', ...NUMBER },
      { title: 'attempt', ...NUMBER },
      { title: 'sent' },
      { title: 'from', minor: true },
      { title: 'to' },
      { title: 'fate' },
      { title: 'round trip', ...NUMBER },
      { title: 'answer', ...NUMBER },
      { title: 'note' },
    ],
    requests.map(({ question, attempt, at, local, target, fate, rttMs, length, because, error, offsetMs }) => [
      formatCount(question + 1),
      formatCount(attempt + 1),
      at,
      local,
      target,
      fate,
      rttMs === undefined ? 'n/a' : formatMs(rttMs),
      length === undefined ? '' : formatSize(length),
      [because, error, offsetMs === undefined ? undefined : `offset ${formatMs(offsetMs)}`]
        .filter(text => text !== undefined)
        .join(' · '),
    ]),
  )
  return folded('Each request', rows)
}

function optionsTable({ options }: QueryDocument): Markup {
  const rows = Object.entries(options)
    .map(([name, value]) => [name, optionText(value)] as const)
    .filter(([, text]) => text !== '')
  return factsTable('Options in effect', rows)
}
