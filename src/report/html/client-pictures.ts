import type { Result } from '../../verdict/result.ts'
import { formatCount } from '../count.ts'
import { formatMs } from '../milliseconds.ts'
import type { Axis } from './axis.ts'
import { delayPoints } from './extremes.ts'
import { lanePath } from './fate-strip.ts'
import { groupClass } from './group-class.ts'
import { pathsOf } from './delay-picture.ts'
import { tenth } from './frame.ts'
import { element, type Markup } from './markup.ts'
import { type ProbeSeries, probesOfClient } from './probe-series.ts'
import { timeSlices } from './time-slices.ts'

type Client = Result['clients'][number]

/** More would be a wall; the table has them all. */
export const MOST_PICTURED = 24
/** Points of a small picture. */
const POINTS = 240
const SLICES = 110
const WIDTH = 220
const HEIGHT = 64
const STRIP = 12

/** A small picture for each client, all on the same axes, the worst first. Empty where there is one client only. */
export function clientPictures(
  { clients }: Result,
  series: ProbeSeries | undefined,
  axis: Axis | undefined,
  range: { readonly fromMs: number; readonly toMs: number } | undefined,
): Markup | undefined {
  if (clients.length < 2) return undefined
  const ranked = clients
    .map((client, number) => ({
      client,
      number,
      whole: client.ledger.fates.intact / Math.max(1, client.ledger.scheduled),
    }))
    .toSorted((a, b) => a.whole - b.whole || a.number - b.number)
    .slice(0, MOST_PICTURED)
  return element(
    'ul',
    { class: 'multiples' },
    ranked.map(({ client, number }) =>
      element(
        'li',
        {},
        element('p', {}, element('b', {}, clientName(client)), ' ', verdictOf(client)),
        series === undefined || axis === undefined || range === undefined
          ? undefined
          : smallPicture(client, probesOfClient(series, number), axis, range),
      ),
    ),
  )
}

export function clientName({ port, run }: Client): string {
  return port === undefined ? run : `:${port}`
}

function verdictOf({ ledger, rtt }: Client): string {
  const whole = `${formatCount(ledger.fates.intact)} of ${formatCount(ledger.scheduled)} whole`
  return rtt === undefined ? whole : `${whole} · ${formatMs(rtt.p50Ms)}`
}

function smallPicture(
  client: Client,
  series: ProbeSeries,
  axis: Axis,
  range: { readonly fromMs: number; readonly toMs: number },
): Markup | undefined {
  const slices = timeSlices(series, SLICES)
  if (slices === undefined) return undefined
  const x = (ms: number): number => tenth(((ms - range.fromMs) / (range.toMs - range.fromMs)) * WIDTH)
  const paths = pathsOf(
    delayPoints(series, POINTS),
    point => x(point.timeMs),
    point => tenth(2 + (HEIGHT - 4) * (1 - axis.place(point.rttMs))),
  )
  const worst = slices.lanes.filter(({ group }) => group !== 'whole')
  const told = worst.map(({ fate, count }) => `${count} ${fate}`).join(', ')
  return element(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT + STRIP + 3}`,
      role: 'img',
      'aria-label': `Client ${clientName(client)} over time${told === '' ? '' : `: ${told}`}`,
    },
    element('path', { class: 'grid', d: `M0 ${HEIGHT}h${WIDTH}` }),
    [...paths].map(([group, d]) => element('path', { class: `points ${groupClass(group)}`, d })),
    element(
      'g',
      {},
      worst.map(lane =>
        element('path', {
          class: groupClass(lane.group),
          d: lanePath(lane, slices.totals, HEIGHT + 3, slice => x(slices.fromMs + slice * slices.stepMs), STRIP),
        }),
      ),
    ),
  )
}
