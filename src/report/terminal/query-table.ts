import { counted, formatCount } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import type { QueryDocument, QueryRow } from '../../verdict/query/query-document.ts'
import { formatQueryActual, formatQueryMissed } from '../../verdict/query/query-actual.ts'
import { answerObservations } from '../result/query-findings.ts'
import { queryCircumstances, queryHeadline, queryPlace, queryStanding } from '../result/query-headline.ts'
import { queryArrivals, queryFateRows } from '../result/query-ledger.ts'
import type { Observation } from '../result/observations.ts'
import { bar } from '../text/bar.ts'
import { columnShares } from '../text/column-shares.ts'
import { type Cell, type Column, GAP, grid, type Grid } from '../text/grid.ts'
import { LABEL, labelled } from '../text/label.ts'
import { formatMs } from '../text/milliseconds.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { printableDocument } from '../text/safe.ts'
import { formatShare } from '../text/share.ts'
import { usableWidth, type View } from '../text/view.ts'
import { displayWidth } from '../text/width.ts'
import { flow, wrap } from '../text/wrap.ts'
import { answerSizeLines } from './answer-sizes.ts'
import { shownExpectationLines } from './expectation-lines.ts'
import { groupPaint } from './group-paint.ts'
import { leadLines, tonePaint } from './headline-lines.ts'
import { stacked } from './page.ts'
import { replyLines } from './reply-lines.ts'
import { warningLines } from './warning-lines.ts'

/** The input of every section. */
interface QueryPage {
  /** The document with every text made printable. */
  readonly query: QueryDocument
  readonly width: number
  readonly palette: Palette
  readonly verbose: boolean
}

const INDENT = 2
const LONGEST_BAR = 24
const SHORTEST_BAR = 8
/** A meaning is not wrapped narrower than this: it goes on a line of its own. */
const NARROWEST_MEANING = 22
/** So many requests are shown one by one without --verbose. */
const FEW = 10
/** Records that are shown without --verbose. A datagram has room for 5,000 of 2 KB, whose widths take a minute to measure. */
const MOST_RECORDS = 100

/**
 * The outcome of a query for the terminal: the verdict with its reason, what the answer says, the ledger of the requests, datagrams that were
 * not taken, expectations and warnings. Ends with a newline.
 */
export function renderQuery(document: QueryDocument, view: View): string {
  const page: QueryPage = {
    query: printableDocument(view.verbose === true ? document : withFirstRecords(document)),
    width: usableWidth(view.width),
    palette: createPalette(view.color),
    verbose: view.verbose === true,
  }
  if (view.quiet === true) return stacked([[...headline(page, [queryPlace(page.query)]), ...furtherFailures(page)]])
  const { query, palette, width, verbose } = page
  return stacked([
    [...headline(page), ...circumstances(page)],
    recordLines(page),
    observationLines(page, answerObservations(query)),
    // The text of the document, whose lines are made printable one by one.
    replyLines(document, { palette, width, verbose }),
    ledgerLines(page),
    requestLines(page),
    answerSizeLines(query.dnsSizes ?? [], palette),
    observationLines(page, queryArrivals(query)),
    shownExpectationLines(
      query.expectations.map(one => ({ ...one, actual: formatQueryActual(one, formatCount) })),
      palette,
      width,
    ),
    warningLines({ result: query, palette, width }),
  ])
}

function headline({ query, palette, width }: QueryPage, end: readonly string[] = []): string[] {
  const { mark, tone } = queryStanding(query)
  const [lead, ...parts] = queryHeadline(query)
  return leadLines(`${mark} ${lead}`, [...parts, ...end], tonePaint(palette, tone), palette, width)
}

/** The failed expectations after the first, which is the reason. */
function furtherFailures({ query, palette, width }: QueryPage): string[] {
  const failed = query.expectations.filter(({ passed }) => !passed).slice(1)
  const texts = failed.map(one => `✗ ${one.expr}: ${formatQueryMissed(one, formatCount)}`)
  return flow(texts, ' · ', width - INDENT).map(line => `  ${palette.red(line)}`)
}

function circumstances({ query, palette, width }: QueryPage): string[] {
  return flow(queryCircumstances(query), ' · ', width - INDENT).map(line => `  ${palette.dim(line)}`)
}

function withFirstRecords(document: QueryDocument): QueryDocument {
  const { dns } = document
  return dns === undefined ? document : { ...document, dns: { ...dns, records: dns.records.slice(0, MOST_RECORDS) } }
}

/** The records of a DNS answer, one a line, in aligned columns. */
function recordLines({ query, palette, width }: QueryPage): string[] {
  const cells = (query.dns?.records ?? []).map(({ name, ttl, class: group, type, data }): Cell[] => [
    name,
    { text: String(ttl), paint: palette.dim },
    { text: group, paint: palette.dim },
    { text: type, paint: palette.cyan },
    { text: data, paint: palette.bold },
  ])
  const [name = 0, ttl = 0, group = 0, type = 0, data = 0] = grid(cells, [{}, {}, {}, {}, {}]).widths
  const room = Math.max(2, width - INDENT - ttl - group - type - 4 * GAP)
  const [forName = 1, forData = 1] = columnShares([name, data], room)
  const { lines } = grid(cells, [{ most: forName }, { align: 'right' }, {}, {}, { most: forData }])
  const left = (query.dns?.answers ?? 0) - cells.length
  if (left <= 0) return lines
  return [
    ...lines,
    `${' '.repeat(INDENT)}${palette.dim(`… and ${counted(left, 'further record')}; --verbose shows all`)}`,
  ]
}

function observationLines({ palette, width }: QueryPage, topics: readonly Observation[]): string[] {
  return topics.flatMap(([name, pieces]) =>
    flow(pieces, ' · ', width - LABEL).map((line, index) => labelled(index === 0 ? name : '', line, palette)),
  )
}

/** The ledger: one line per fate, and the sum. */
function ledgerLines(page: QueryPage): string[] {
  const { query, palette, width } = page
  const { requests } = query.ledger
  const rows = queryFateRows(query)
  const figures = (room: number): Cell[][] =>
    rows.map(({ fate, group, count }) => {
      const paint = groupPaint(palette, group)
      return [
        { text: fate, paint: count > 0 ? paint : text => text },
        formatCount(count),
        formatShare(count, requests),
        { text: bar(requests > 0 ? count / requests : 0, room), paint },
      ]
    })
  const columns: Column[] = [{}, { align: 'right' }, { align: 'right' }, {}]
  const [fate = 0, count = 0, share = 0] = grid(figures(0), columns).widths
  const left = width - INDENT - fate - count - share - 3 * GAP
  const longest = Math.max(0, ...rows.map(({ meaning }) => displayWidth(meaning)))
  // A long meaning first shortens the bar, then is wrapped, then goes on a line of its own.
  const room = Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, left - GAP - longest))
  const most = left - GAP - room
  const lines =
    most >= Math.min(longest, NARROWEST_MEANING)
      ? grid(
          figures(room).map((cells, index) => [...cells, { text: rows[index]?.meaning ?? '', paint: palette.dim }]),
          [...columns, { most: Math.max(1, most) }],
        ).lines
      : grid(figures(Math.max(1, Math.min(LONGEST_BAR, left))), columns).lines.flatMap((line, index) => [
          line,
          ...meaningLines(rows[index]?.meaning ?? '', page),
        ])
  const sum = `= ${formatCount(requests)}`.padStart(INDENT + fate + GAP + count).replace('=', palette.dim('='))
  return [...lines, `${sum} ${palette.dim(requests === 1 ? 'request' : 'requests')}`]
}

function meaningLines(meaning: string, { width, palette }: QueryPage): string[] {
  if (meaning === '') return []
  return wrap(meaning, width - 2 * INDENT).map(line => ' '.repeat(2 * INDENT) + palette.dim(line))
}

/** The requests one by one, if there are several but few. */
function requestLines(page: QueryPage): string[] {
  const { query, palette, width, verbose } = page
  const { requests } = query
  if (requests.length < 2) return []
  if (requests.length > FEW && !verbose) {
    const text = `${counted(requests.length, 'request')}, one by one with --verbose, --format csv or ndjson`
    return wrap(text, width - INDENT).map(line => `  ${palette.dim(line)}`)
  }
  const hasSeveral = new Set(requests.map(({ target }) => target)).size > 1
  let columns = REQUEST_COLUMNS.filter(({ name }) => name !== 'to' || hasSeveral)
  let table = requestGrid(columns, page)
  for (const dropped of DROPPED) {
    if (table.lines.every(line => displayWidth(line) <= width)) break
    columns = columns.filter(({ name }) => name !== dropped)
    table = requestGrid(columns, page)
  }
  return table.lines
}

/** On a narrow terminal these columns are left out, the first ones first. */
const DROPPED = ['from', 'sent', 'to', 'note', 'answer']

interface RequestColumn {
  readonly name: string
  readonly align?: 'left' | 'right'
  readonly isDim?: boolean
  readonly read: (row: QueryRow, query: QueryDocument) => string
}

const REQUEST_COLUMNS: readonly RequestColumn[] = [
  { name: 'number', align: 'right', isDim: true, read: requestName },
  { name: 'sent', isDim: true, read: ({ at }) => at.slice(11, 23) },
  { name: 'from', isDim: true, read: ({ local }) => local },
  { name: 'to', read: ({ target }) => target },
  { name: 'fate', read: ({ fate }) => fate },
  { name: 'time', align: 'right', read: ({ rttMs }) => (rttMs === undefined ? '' : formatMs(rttMs)) },
  { name: 'answer', align: 'right', read: ({ length }) => (length === undefined ? '' : formatSize(length)) },
  { name: 'note', isDim: true, read: requestNote },
]
/** Columns whose content needs no title. */
const UNTITLED: ReadonlySet<string> = new Set(['number', 'note'])

function requestGrid(columns: readonly RequestColumn[], { query, palette }: QueryPage): Grid {
  const head = columns.map(({ name }): Cell => ({ text: UNTITLED.has(name) ? '' : name, paint: palette.dim }))
  const rows = query.requests.map(row =>
    columns.map(({ isDim = false, read }): Cell => {
      return isDim ? { text: read(row, query), paint: palette.dim } : read(row, query)
    }),
  )
  return grid(
    [head, ...rows],
    columns.map(({ align = 'left' }): Column => ({ align })),
  )
}

/** Its number, and that of its question if there are several: `2.1`. */
function requestName({ question, attempt }: QueryRow, { requests }: QueryDocument): string {
  const questions = requests.some(row => row.question > 0)
  return questions ? `${question + 1}.${attempt + 1}` : String(attempt + 1)
}

function requestNote({ because, error, offsetMs }: QueryRow): string {
  return [because ?? '', error ?? '', offsetMs === undefined ? '' : `offset ${formatMs(offsetMs)}`]
    .filter(text => text !== '')
    .join(' · ')
}
