import type { Result } from '../../verdict/result.ts'
import { counted, formatCount } from '../count.ts'
import { FATES } from '../fates.ts'
import { formatMs } from '../milliseconds.ts'
import { observed } from '../observations.ts'
import { ownFaultsFirst } from '../warning-lines.ts'
import { clientPictures, MOST_PICTURED } from './client-pictures.ts'
import { delayPicture } from './delay-picture.ts'
import { distributionPicture } from './distribution-picture.ts'
import { fateStrip } from './fate-strip.ts'
import { flowPicture } from './flow-picture.ts'
import { type Content, element, fragment, type Markup } from './markup.ts'
import { orderPicture } from './order-picture.ts'
import { countFates } from './probe-series.ts'
import {
  clientsTable,
  delayTable,
  expectationsTable,
  factsTable,
  ledgerTable,
  messagesTable,
  outagesTable,
  sizesTable,
} from './result-tables.ts'
import type { RunPicture } from './run-picture.ts'
import { sizePicture } from './size-picture.ts'
import { folded } from './table.ts'

/** A run on a page. */
export interface PagedRun {
  readonly result: Result
  /** Absent where its single probes are not known, or there are none. */
  readonly picture: RunPicture | undefined
  /** Its place among the runs of the page. */
  readonly number: number
  /** Of its sections' headings: 2 on a page of its own, 3 below the heading of a check. */
  readonly level: 2 | 3
}

/** Everything there is to say of a run, what matters most first. Sections with nothing to say are absent. */
export function runSections(run: PagedRun): Markup {
  const { result } = run
  return fragment(
    expectations(run),
    warnings(run),
    result.messages === undefined ? ledger(run) : section(run, 'messages', 'Messages', messagesTable(result)),
    overTime(run),
    delays(run),
    sizes(run),
    clients(run),
    order(run),
    circumstances(run),
  )
}

function section({ number, level }: PagedRun, name: string, title: string, ...content: readonly Content[]): Markup {
  const id = `run-${number}-${name}`
  return element('section', { 'aria-labelledby': id, class: name }, element(`h${level}`, { id }, title), ...content)
}

function figure(caption: Content, ...content: readonly Content[]): Markup {
  return element('figure', {}, ...content, element('figcaption', {}, caption))
}

function expectations(run: PagedRun): Markup | undefined {
  const { expectations: all } = run.result
  if (all.length === 0) return undefined
  return section(run, 'expectations', 'Expectations', expectationsTable(run.result))
}

function warnings(run: PagedRun): Markup | undefined {
  const all = ownFaultsFirst(run.result.warnings)
  if (all.length === 0) return undefined
  return section(
    run,
    'warnings',
    'What stands out',
    element(
      'ul',
      {},
      all.map(({ message, hint, code, evidence }) =>
        element(
          'li',
          {},
          element('p', {}, element('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), element('b', {}, message)),
          hint === '' ? undefined : element('p', { class: 'hint' }, '→ ', hint),
          element(
            'p',
            { class: 'dim small' },
            [code, ...Object.entries(evidence ?? {}).map(([name, value]) => evidenceText(name, value))].join(' · '),
          ),
        ),
      ),
    ),
  )
}

function ledger(run: PagedRun): Markup {
  return section(
    run,
    'ledger',
    'What became of the probes',
    figure(
      'Read from left to right: every probe that was scheduled ends in exactly one fate. Heights are counts; what would be thinner than a hair is drawn as a hair.',
      flowPicture(run.result),
    ),
    ledgerTable(run.result),
  )
}

function overTime(run: PagedRun): Markup | undefined {
  const { picture, result } = run
  if (picture === undefined) return undefined
  const { points, slices, range, series, live } = picture
  const { outages } = result.loss
  const told = countFates(series)
  const moved = FATES.some(({ fate }) => (result.ledger.fates[fate] ?? 0) !== (told.get(fate) ?? 0))
  const replies = picture.series.rttMs.reduce((sum, rtt) => sum + (Number.isFinite(rtt) ? 1 : 0), 0)
  const thinned = live.rttMs.length < replies
  return section(
    run,
    'over-time',
    'Over time',
    element(
      'figure',
      { class: 'timeline', 'data-run': run.number },
      element(
        'div',
        { class: 'still' },
        result.rtt === undefined ? undefined : delayPicture(points, result.rtt, range),
        fateStrip(slices),
      ),
      element(
        'figcaption',
        {},
        result.rtt === undefined
          ? undefined
          : 'Above, the round trip of each reply by the time its probe was sent: a dot came whole, a × damaged, a + late. ',
        `${result.rtt === undefined ? 'The' : 'Below, the'} fates: of each of ${counted(live.slices.totals.length, 'slice')} of time, the share of its probes that met each fate, so that bursts stand out. `,
        thinned
          ? `Of ${formatCount(replies)} replies ${formatCount(live.rttMs.length)} are drawn: of each short stretch the fastest and the slowest, so that no extreme is missing. `
          : undefined,
        moved
          ? 'Losses that only a drop counter explains stand at their direction here: a counter does not say which probe it was. '
          : undefined,
      ),
    ),
    outages.length === 0 ? undefined : folded(`Table of ${counted(outages.length, 'outage')}`, outagesTable(result)),
  )
}

function delays(run: PagedRun): Markup | undefined {
  const { picture, result } = run
  const table = delayTable(result)
  if (result.rtt === undefined || table === undefined) return undefined
  const spread = picture === undefined ? undefined : distributionPicture(picture.delays, result.rtt)
  return section(
    run,
    'delays',
    'How long it took',
    spread === undefined
      ? undefined
      : figure('How many replies took how long; the dashed lines are percentiles.', spread),
    table,
  )
}

function sizes(run: PagedRun): Markup | undefined {
  const drawn = sizePicture(run.result)
  if (drawn === undefined) return undefined
  return section(
    run,
    'sizes',
    'By size',
    figure(
      'For each size of datagram the shares of what became of it, and below its round trips, from the median up to the 99th percentile.',
      drawn,
    ),
    sizesTable(run.result),
  )
}

function clients(run: PagedRun): Markup | undefined {
  const { result, picture } = run
  const drawn = clientPictures(result, picture?.series, picture?.axis, picture?.range)
  if (drawn === undefined) return undefined
  const { clients: all, clientsOmitted = 0 } = result
  const many = all.length + clientsOmitted
  const shown = Math.min(MOST_PICTURED, all.length)
  return section(
    run,
    'clients',
    'By client',
    figure(
      `${shown < many ? `The ${formatCount(shown)} worst of ${formatCount(many)} clients` : `All ${formatCount(many)} clients`}, the worst first, each with its median round trip${picture === undefined ? '' : '. All on the same axes: round trips above, below them when probes did not come back whole'}.`,
      drawn,
    ),
    all.length > 8 ? folded(`Table of ${counted(all.length, 'client')}`, clientsTable(result)) : clientsTable(result),
  )
}

function order(run: PagedRun): Markup | undefined {
  const stragglers = run.picture?.stragglers ?? []
  if (run.picture === undefined || stragglers.length === 0) return undefined
  return section(
    run,
    'order',
    'Out of order',
    figure(
      'Each stem is a reply that came after one to a probe sent later; its height is by how many places (RFC 4737).',
      orderPicture(stragglers, run.picture.range),
    ),
  )
}

function circumstances(run: PagedRun): Markup {
  const { result } = run
  const facts = [['engine', [result.engine]] as const, ...observed(result)].map(
    ([name, pieces]) => [name, pieces.join(' · ')] as const,
  )
  const options = Object.entries(result.options)
    .map(([name, value]) => [name, optionText(value)] as const)
    .filter(([, text]) => text !== '')
  return section(
    run,
    'circumstances',
    'The run',
    element(
      'div',
      { class: 'pair' },
      factsTable('Observed, and by what means', facts),
      factsTable('Options in effect', options),
    ),
  )
}

function optionText(value: unknown): string {
  if (Array.isArray(value)) return value.map(optionText).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `kinds 1`, `lateMax 6.82 ms` */
function evidenceText(name: string, value: string | number | boolean): string {
  const isTime = typeof value === 'number' && name.endsWith('Ms')
  return isTime ? `${name.slice(0, -2)} ${formatMs(value)}` : `${name} ${String(value)}`
}
