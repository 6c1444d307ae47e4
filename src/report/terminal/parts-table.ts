import { formatSize } from '../../base/size.ts'
import type { Result, ResultDelay, ResultLedger } from '../../verdict/result.ts'
import { isSizeSearch } from '../../verdict/search/search.ts'
import { bar } from '../text/bar.ts'
import { counted, formatCount } from '../../base/counted.ts'
import {
  clientGroups,
  clientName,
  clientWord,
  joined,
  portsText,
  worstFirst,
  type ClientGroup,
} from '../result/client-groups.ts'
import { FATES } from '../result/fates.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Page } from './page.ts'

type Client = Result['clients'][number]

/** The ledger of a part of the run. */
export interface Part {
  readonly name: string
  readonly ledger: Pick<ResultLedger, 'scheduled' | 'fates'>
  readonly rtt?: ResultDelay | undefined
  readonly cuts?: Result['truncation']['cutAt'] | undefined
  /** More about it, after its fates. */
  readonly note?: string
}

const BAR = 12
const MOST_GROUPS = 10
const NARROWEST_REST = 22

/** The ledgers of the sizes, if there are several. */
export function sizesTable(page: Page): string[] {
  const { sizes, sweep } = page.result
  // A sweep shows them in its chart.
  if (sizes.length < 2 || sweep !== undefined) return []
  const parts = sizes.map(({ size, ledger, truncation, rtt }): Part => ({
    name: formatSize(size),
    ledger,
    rtt,
    cuts: truncation.cutAt,
  }))
  return partsTable(page, 'size', parts)
}

/** The clients grouped by outcome, the worst first, if they differ; with --verbose each client. */
export function clientsTable(page: Page): string[] {
  const { result, verbose, palette } = page
  const { clients, clientsOmitted = 0 } = result
  // In a search, the clients are only the sockets of its rounds.
  if (clients.length < 2 || isSizeSearch(result)) return []
  const groups = clientGroups(clients)
  if (groups.length === 1 && !verbose) return []
  const word = clientWord(result)
  const parts = verbose ? worstFirst(clients).map(clientPart) : groupRows(groups).map(group => groupPart(group, word))
  const omitted =
    clientsOmitted > 0 ? [`  ${palette.dim(`${counted(clientsOmitted, word)} more, not in the Result`)}`] : []
  return [...partsTable(page, word, parts), ...omitted]
}

/** The worst groups, and all others as one. */
function groupRows(groups: readonly ClientGroup[]): readonly ClientGroup[] {
  return groups.length <= MOST_GROUPS
    ? groups
    : [...groups.slice(0, MOST_GROUPS - 1), joined(groups.slice(MOST_GROUPS - 1))]
}

function groupPart(group: ClientGroup, word: string): Part {
  const [first] = group.clients
  if (group.clients.length === 1 && first !== undefined) return clientPart(first)
  return { name: counted(group.clients.length, word), ledger: group.ledger, note: portsText(group.clients) }
}

function clientPart(client: Client): Part {
  return { name: clientName(client), ledger: client.ledger, rtt: client.rtt }
}

/** A table of parts: how many came back whole, as a number and a bar, the delays, and the other fates. */
export function partsTable({ palette, width }: Page, title: string, parts: readonly Part[]): string[] {
  const times = parts.some(({ rtt }) => rtt !== undefined) ? ['p50', 'p99'] : ['', '']
  const head = [title, 'whole', '', '', ...times, ''].map((text): Cell => ({ text, paint: palette.dim }))
  const rows = parts.map(({ name, ledger, rtt, cuts, note }): Cell[] => {
    const whole = ledger.fates.intact
    const paint = whole === ledger.scheduled ? palette.green : whole === 0 ? palette.red : palette.yellow
    return [
      name,
      formatCount(whole),
      { text: `of ${formatCount(ledger.scheduled)}`, paint: palette.dim },
      { text: bar(ledger.scheduled > 0 ? whole / ledger.scheduled : 0, BAR), paint },
      rtt === undefined ? '' : formatMs(rtt.p50Ms),
      rtt === undefined ? '' : formatMs(rtt.p99Ms),
      { text: [otherFates(ledger, cuts), note ?? ''].filter(text => text !== '').join(' · '), paint },
    ]
  })
  const columns = [{ align: 'right' }, { align: 'right' }, {}, {}, { align: 'right' }, { align: 'right' }, {}] as const
  for (const dropped of [[], [5], [3, 5], [3, 4, 5]]) {
    const keep = <T>(cells: readonly T[]): T[] => cells.filter((_, index) => !dropped.includes(index))
    const kept = [head, ...rows].map(keep)
    const { widths } = grid(kept, keep(columns))
    const used = 2 + widths.slice(0, -1).reduce((sum, column) => sum + (column === 0 ? 0 : column + GAP), 0)
    const last = widths.at(-1) ?? 0
    if (width - used < Math.min(last, NARROWEST_REST) && dropped.length < 3) continue
    return grid(kept, [...keep(columns).slice(0, -1), { most: Math.max(1, width - used) }]).lines
  }
  return []
}

/** Every fate except intact: `3 cut at 1024, 2 lostForward`. */
function otherFates({ fates }: Pick<ResultLedger, 'fates'>, cuts: Part['cuts'] = []): string {
  return FATES.flatMap(({ fate }) => {
    const count = fates[fate] ?? 0
    if (fate === 'intact' || count === 0) return []
    const [cut] = cuts
    const at = cut !== undefined && cuts.length === 1 ? ` at ${cut.length}` : ''
    return [`${formatCount(count)} ${fate}${fate === 'truncated' ? at : ''}`]
  }).join(', ')
}
