import { greatest } from '../../../base/extremes.ts'
import { formatRate } from '../../../base/rate.ts'
import { formatRatio } from '../../../base/ratio.ts'
import { formatSize } from '../../../base/size.ts'
import type { ResultRate, ResultTrial } from '../../../verdict/result.ts'
import { formatPps, type SizeRate } from '../../../verdict/rate-words.ts'
import { delayMeasure, type DelayMeasure } from '../../result/trial-figures.ts'
import { formatMs } from '../../text/milliseconds.ts'
import { element, type Markup } from '../markup.ts'
import { type Axis, linearAxis, tickText } from './axis.ts'
import { across, drawn, type Frame, picture, plotWidth, tenth, ticksBelow, ticksBeside } from './frame.ts'

const TOP = 16
const RATES = 210
const PANEL = 84
const BETWEEN = 34
const BELOW = 44

/** What the panels of a picture share. */
interface Plot {
  readonly frame: Frame
  readonly trials: ResultRate['trials']
  readonly row: SizeRate
  /** Offered rate in the unit of the picture. */
  readonly offered: Axis
  /** From datagrams a second to the unit of the picture. */
  readonly factor: number
  readonly rateText: (value: number) => string
  readonly delays: DelayMeasure
}

/**
 * Delivered rate, loss and queue against the offered rate. A shaper shows a bent line and a queue that jumps to a plateau, a policer a bent line
 * and no queue. Undefined: fewer than two trials.
 */
export function ratePicture(row: SizeRate, trials: ResultRate['trials']): Markup | undefined {
  if (trials.length < 2) return undefined
  const unit = row.limit.unit === 'packets' ? 'packets' : 'bits'
  const factor = unit === 'bits' ? row.size * 8 : 1
  const most = greatest(trials.flatMap(({ pps, deliveredPps }) => [pps, deliveredPps])) * factor
  const rateText = (value: number): string => tidy(formatRate({ unit, perSecond: value }))
  return drawn(frame => {
    const offered = linearAxis(0, most * 1.04, frame.name === 'wide' ? 8 : 4)
    return drawPlot({ frame, trials, row, offered, factor, rateText, delays: delayMeasure(trials) })
  })
}

function drawPlot(plot: Plot): Markup {
  const { frame, offered, rateText, trials, row, delays } = plot
  const lossTop = TOP + RATES + BETWEEN
  const delayTop = lossTop + PANEL + BETWEEN
  const bottom = delayTop + PANEL
  return picture(
    frame,
    bottom + BELOW,
    pictureName(row, trials, delays),
    ratePanel(plot),
    panel(plot, LOSS, lossTop),
    panel(plot, { ...delayPanel(delays), note: queueNote(plot) }, delayTop),
    ticksBelow(frame, offered, bottom, rateText),
    element(
      'text',
      { class: 'dim', x: frame.left + plotWidth(frame), y: bottom + 36, 'text-anchor': 'end' },
      `offered rate of ${formatSize(row.size)} datagrams${plot.factor === 1 ? '' : ' (payload)'}`,
    ),
  )
}

/** Delivered rate with the line on which everything that was offered is delivered. */
function ratePanel(plot: Plot): Markup {
  const { frame, offered, factor, rateText, row, trials } = plot
  const y = (value: number): number => tenth(TOP + RATES * (1 - offered.place(value)))
  const { pps: limit } = row.limit
  const end = frame.left + plotWidth(frame)
  const line = curve(plot, ({ deliveredPps }) => deliveredPps * factor, y)
  return element(
    'g',
    {},
    ticksBeside(frame, offered, TOP, RATES, rateText),
    element('text', { class: 'panel', x: frame.left + 6, y: TOP + 2 }, 'delivered'),
    element('path', {
      class: 'equality',
      d: `M${frame.left} ${y(0)}L${across(frame, offered, offered.to)} ${y(offered.to)}`,
    }),
    limit === undefined ? undefined : limitLine(plot, limit * factor, y(limit * factor)),
    line === undefined ? undefined : element('path', { class: 'trend', d: line.d }),
    trials.map(trial => mark(plot, trial, y(trial.deliveredPps * factor))),
    frame.right > 100
      ? element(
          'g',
          { class: 'dim' },
          element('text', { x: end + 14, y: TOP + 4 }, 'dashed: delivered ='),
          element('text', { x: end + 14, y: TOP + 19 }, 'offered'),
          element('text', { x: end + 14, y: TOP + 42 }, '● held   × did not hold'),
        )
      : undefined,
  )
}

function limitLine({ frame, rateText }: Plot, value: number, y: number): Markup {
  const end = frame.left + plotWidth(frame)
  const label = `limit ${rateText(value)}`
  return element(
    'g',
    {},
    element('path', { class: 'limit', d: `M${frame.left} ${y}H${end}` }),
    // On the left the trials are below the limit, so a label is free of marks.
    frame.right > 100
      ? element('text', { class: 'strong', x: end + 14, y: y + 4 }, label)
      : element('text', { class: 'strong', x: frame.left + 6, y: y - 6 }, label),
  )
}

/** A panel below that of the rates. */
interface Panel {
  readonly title: string
  readonly axis: Axis
  readonly text: (value: number) => string
  readonly read: (trial: ResultTrial) => number | undefined
  /** The class with the colour of the area below its line. */
  readonly area: 'g-lost' | 'g-late'
  /** What it shows, in words. */
  readonly note?: string | undefined
}

/** Loss from 0 to all, whatever the trials lost, so that pictures can be compared. */
const LOSS: Panel = {
  title: 'loss',
  axis: { from: 0, to: 1, logarithmic: false, ticks: [0, 0.5, 1], place: value => value },
  text: formatRatio,
  read: ({ loss }) => loss,
  area: 'g-lost',
}

function delayPanel({ isQueue, read, most }: DelayMeasure): Panel {
  const title = isQueue ? 'time in the queue' : 'round trip above the smallest median'
  return { title, axis: linearAxis(0, most * 1.08, 3), text: tickText, read, area: 'g-late' }
}

/** What distinguishes a shaper from a policer. */
function queueNote({ row: { limit }, delays }: Plot): string | undefined {
  if (!delays.isQueue) return undefined
  if (limit.kind === 'shaper' && limit.queueMs !== undefined) return `full at ${formatMs(limit.queueMs)}`
  return limit.kind === 'policer' ? 'no queue' : undefined
}

function panel(plot: Plot, { title, axis, text, read, area, note }: Panel, top: number): Markup {
  const { frame, trials } = plot
  const y = (value: number): number => tenth(top + PANEL * (1 - axis.place(value)))
  const line = curve(plot, read, y)
  const floor = tenth(top + PANEL)
  return element(
    'g',
    {},
    ticksBeside(frame, axis, top, PANEL, text),
    element(
      'text',
      { class: 'panel', x: frame.left + 6, y: top - 6 },
      title,
      note === undefined ? undefined : element('tspan', { class: 'note', dx: 8 }, note),
    ),
    line === undefined ? undefined : element('path', { class: `area ${area}`, d: `${line.d}V${floor}H${line.from}Z` }),
    line === undefined ? undefined : element('path', { class: 'trend', d: line.d }),
    trials.map(trial => {
      const value = read(trial)
      return value === undefined ? undefined : mark(plot, trial, y(value))
    }),
  )
}

/** The line through the trials in the order of their rates, and where it begins. Undefined: fewer than two were observed. */
function curve(
  { frame, trials, offered, factor }: Plot,
  read: (trial: ResultTrial) => number | undefined,
  y: (value: number) => number,
): { readonly d: string; readonly from: number } | undefined {
  const known = trials.flatMap(trial => {
    const value = read(trial)
    return value === undefined ? [] : [{ x: across(frame, offered, trial.pps * factor), y: y(value) }]
  })
  const [first] = known
  if (first === undefined || known.length < 2) return undefined
  return { d: `M${known.map(point => `${point.x} ${point.y}`).join('L')}`, from: first.x }
}

/** A dot for a trial that held, a × for one that did not, with its figures as a tooltip. */
function mark({ frame, offered, factor }: Plot, trial: ResultTrial, y: number): Markup {
  const at = `${across(frame, offered, trial.pps * factor)} ${y}`
  return element(
    'path',
    trial.held
      ? { class: 'points g-whole trial', d: `M${at}h0` }
      : { class: 'points g-lost', d: `M${at}m-4-4l8 8m0-8l-8 8` },
    element('title', {}, trialText(trial)),
  )
}

function trialText({ pps, size, deliveredPps, loss, rttP50Ms }: ResultTrial): string {
  const rtt = rttP50Ms === undefined ? '' : `, median round trip ${formatMs(rttP50Ms)}`
  return `${formatPps(pps)} of ${formatSize(size)} offered: ${formatPps(deliveredPps)} delivered, ${formatRatio(loss)} loss${rtt}`
}

function pictureName(row: SizeRate, trials: ResultRate['trials'], delays: DelayMeasure): string {
  const most = formatMs(greatest(trials.map(trial => delays.read(trial) ?? 0)))
  const held = row.pps === undefined ? 'no rate held' : `${formatPps(row.pps)} held`
  const loss = formatRatio(greatest(trials.map(trial => trial.loss)))
  return `Delivered rate, loss and queue of ${trials.length} trials with ${formatSize(row.size)} datagrams: ${held}; up to ${loss} loss; ${delays.isQueue ? 'queue' : 'growth of the round trip'} up to ${most}`
}

/** A rate at a tick: `2 Mbit/s`, not `2.00 Mbit/s`. */
function tidy(text: string): string {
  return text.replace(/\.0+(?= )/u, '').replace(/(\.\d*?)0+(?= )/u, '$1')
}
