import { isSizeSearch } from '../../verdict/search/search.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { clientWord } from '../result/client-groups.ts'
import { FATES } from '../result/fates.ts'
import { clientPictures, affectedGroups, MOST_PICTURED } from './pictures/client-pictures.ts'
import { delayPicture } from './pictures/delay-picture.ts'
import { distributionPicture } from './pictures/distribution-picture.ts'
import { fateStrip } from './pictures/fate-strip.ts'
import { flowPicture } from './pictures/flow-picture.ts'
import { element, type Markup } from './markup.ts'
import { orderPicture } from './pictures/order-picture.ts'
import { countFates } from './pictures/probe-series.ts'
import { clientsTable, delayTable, ledgerTable, outagesTable, outcomesTable, sizesTable } from './result-tables.ts'
import { figure, type PagedRun, section } from './section.ts'
import { sizePicture } from './pictures/size-picture.ts'
import { folded } from './table.ts'

/** Longer tables are folded, because the picture above shows the same. */
const MOST_OPEN = 16

/** The flow picture and the table of fates. */
export function ledger(run: PagedRun): Markup {
  const drawn = flowPicture(run.result)
  return section(
    run,
    'ledger',
    'What became of the probes',
    drawn === undefined
      ? undefined
      : figure(
          'Read from left to right: every probe that was scheduled ends in exactly one fate. Heights are counts; what would be thinner than a hair is drawn as a hair.',
          drawn,
        ),
    ledgerTable(run.result),
  )
}

/** Round trips and fates over sending time. */
export function overTime(run: PagedRun): Markup | undefined {
  const { picture, result } = run
  if (picture === undefined) return undefined
  const { points, slices, range, series, live } = picture
  const { outages } = result.loss
  const pictured = countFates(series)
  const moved = FATES.some(({ fate }) => (result.ledger.fates[fate] ?? 0) !== (pictured.get(fate) ?? 0))
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

/** The distribution of round trips, and their figures. */
export function delays(run: PagedRun): Markup | undefined {
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

/** The fates of each size, if there are several. */
export function sizes(run: PagedRun): Markup | undefined {
  const { sizes: all } = run.result
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
    all.length > MOST_OPEN
      ? folded(`Table of ${counted(all.length, 'size')}`, sizesTable(run.result))
      : sizesTable(run.result),
  )
}

/** The results of each client, if there are several. */
export function clients(run: PagedRun): Markup | undefined {
  const { result, picture } = run
  if (isSizeSearch(result)) return undefined
  const drawn = clientPictures(result, picture?.series, picture?.axis, picture?.range)
  if (drawn === undefined) return undefined
  const { clients: all, clientsOmitted = 0 } = result
  const many = all.length + clientsOmitted
  const shown = Math.min(MOST_PICTURED, all.length)
  const word = clientWord(result)
  const rows = affectedGroups(result)
  return section(
    run,
    'clients',
    word === 'flow' ? 'By flow' : 'By client',
    figure(
      [
        shown < many
          ? `The ${formatCount(shown)} worst of ${formatCount(many)} ${word}s`
          : `All ${formatCount(many)} ${word}s`,
        ', the worst first, each with its median round trip. ',
        ...(picture === undefined ? [] : ['All on the same axes: round trips by the time of sending']),
        ...(picture === undefined || rows.length === 0
          ? []
          : [`, and below them a row for what is ${rows.join(', for ')}`]),
        picture === undefined ? '' : '.',
      ],
      drawn,
    ),
    outcomesTable(result),
    all.length > MOST_OPEN
      ? folded(`Table of ${counted(all.length, word)}`, clientsTable(result))
      : clientsTable(result),
  )
}

/** Replies out of order, if any. */
export function order(run: PagedRun): Markup | undefined {
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
