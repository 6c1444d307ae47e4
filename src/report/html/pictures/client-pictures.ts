import type { Result } from '../../../verdict/result.ts'
import { formatCount } from '../../../base/counted.ts'
import { type FateGroup, groupCount } from '../../result/fates.ts'
import { clientName } from '../../result/client-groups.ts'
import { formatMs } from '../../text/milliseconds.ts'
import type { Axis } from './axis.ts'
import { delayPoints } from './extremes.ts'
import { lanePath } from './fate-strip.ts'
import { groupClass } from './group-class.ts'
import { pathsOf } from './delay-picture.ts'
import { tenth } from './frame.ts'
import { element, type Markup } from '../markup.ts'
import { type ProbeSeries, probesOfClient } from './probe-series.ts'
import { timeSlices } from './time-slices.ts'

type Client = Result['clients'][number]

/** Largest number of small pictures. The table has all clients. */
export const MOST_PICTURED = 24
/** Points per small picture. */
const POINTS = 240
const SLICES = 110
const WIDTH = 220
const HEIGHT = 64
/** Height of the row of a group below the plot, px. */
const ROW = 9

/** One small picture per client, all with the same axes, the worst client first. Empty if there is only one client. */
export function clientPictures(
  result: Result,
  series: ProbeSeries | undefined,
  axis: Axis | undefined,
  range: { readonly fromMs: number; readonly toMs: number } | undefined,
): Markup | undefined {
  const { clients } = result
  if (clients.length < 2) return undefined
  const rows = affectedGroups(result)
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
          : smallPicture(client, probesOfClient(series, number), axis, range, rows),
      ),
    ),
  )
}

/** The groups that have a row below each small picture, from top to bottom. */
export function affectedGroups({ ledger }: Result): readonly FateGroup[] {
  return (['damaged', 'late', 'lost', 'not sent'] as const).filter(group => groupCount(ledger, group) > 0)
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
  rows: readonly FateGroup[],
): Markup | undefined {
  const slices = timeSlices(series, SLICES)
  if (slices === undefined) return undefined
  const x = (ms: number): number => tenth(((ms - range.fromMs) / (range.toMs - range.fromMs)) * WIDTH)
  const paths = pathsOf(
    delayPoints(series, POINTS),
    point => x(point.timeMs),
    point => tenth(2 + (HEIGHT - 4) * (1 - axis.place(point.rttMs))),
  )
  const affected = slices.lanes.filter(({ group }) => group !== 'whole')
  const listed = affected.map(({ fate, count }) => `${count} ${fate}`).join(', ')
  const top = (group: FateGroup): number => HEIGHT + 3 + rows.indexOf(group) * ROW
  return element(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT + 3 + rows.length * ROW}`,
      role: 'img',
      'aria-label': `Client ${clientName(client)} over time${listed === '' ? '' : `: ${listed}`}`,
    },
    element('path', { class: 'grid', d: `M0 ${HEIGHT}h${WIDTH}` }),
    [...paths].map(([group, d]) => element('path', { class: `points ${groupClass(group)}`, d })),
    element(
      'g',
      {},
      affected.map(lane =>
        element('path', {
          class: groupClass(lane.group),
          d: lanePath(lane, slices.totals, top(lane.group), slice => x(slices.fromMs + slice * slices.stepMs), ROW - 1),
        }),
      ),
    ),
  )
}
