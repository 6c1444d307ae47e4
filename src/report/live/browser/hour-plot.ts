import type Plot from 'uplot'
import type { HistoryPoint } from '../../../verdict/monitor/view.ts'
import { FONT } from '../../html/browser/canvas-text.ts'
import { ink, THEME_CHANGE } from '../../html/browser/theme.ts'
import { timeText } from '../../html/browser/time-text.ts'
import { delayRange, delayTicks } from './delay-axis.ts'
import { create } from './element.ts'
import { clockText, countText, lossText, rttText } from './figure-words.ts'
import { makeSlider } from './slider.ts'

const HOUR = 3_600_000
/** A short run fills at least this part of the time axis. */
const LEAST_SPAN = 300_000
/** Length of a point of the history. */
const STEP = 10_000
const RTT_HEIGHT = 220
const LOSS_HEIGHT = 110
const LEFT = 62
/** The loss axis ends at least at this share, so that one lost probe does not look like an outage. */
const LEAST_LOSS = 0.1

const HELP = 'Point at the pictures, or use the arrow keys, to read ten seconds.'

/** The last hour of a target: the band of round trips with its median, and the loss below, over one time axis. */
export class HourPlot {
  readonly element = create('div', { class: 'hour' })
  readonly #readout = create('p', { class: 'readout' }, HELP)
  readonly #plots: readonly Plot[]
  #points: readonly HistoryPoint[] = []
  /** The point that the keyboard has chosen. */
  #chosen: HistoryPoint | undefined
  #now = 0
  #from = 0

  constructor() {
    const live = create('div', { class: 'plots' })
    this.element.append(live, this.#readout)
    this.#plots = [this.#rttPlot(live), this.#lossPlot(live)]
    document.documentElement.addEventListener(THEME_CHANGE, () => this.#plots.forEach(plot => plot.redraw(false, true)))
    new ResizeObserver(() => {
      const width = Math.floor(live.clientWidth)
      for (const plot of this.#plots)
        if (width > 0 && plot.width !== width) plot.setSize({ width, height: plot.height })
    }).observe(live)
    makeSlider(live, {
      label: 'Round trips and loss of the last hour, ten seconds each',
      count: () => this.#points.length,
      choose: position => this.#choose(position),
      leave: () => {
        this.#chosen = undefined
        this.#plots[0]?.setCursor({ left: -10, top: -10 })
      },
    })
  }

  show(points: readonly HistoryPoint[], startedAt: number, now: number): void {
    this.#points = points
    this.#now = now
    this.#from = Math.max(now - HOUR, Math.min(startedAt, now - LEAST_SPAN))
    const times = points.map(({ at }) => (at + STEP / 2) / 1000)
    const rtt = (figure: 'minMs' | 'p50Ms' | 'p99Ms'): (number | null)[] =>
      points.map(point => point.rtt?.[figure] ?? null)
    const loss = points.map(({ settled, lost }) => (settled === 0 ? null : lost / settled))
    const [delays, losses] = this.#plots
    delays?.setData([times, rtt('minMs'), rtt('p50Ms'), rtt('p99Ms')])
    losses?.setData([times, loss])
  }

  #choose(position: number): string {
    const [plot] = this.#plots
    const point = this.#points[position]
    if (plot === undefined || point === undefined) return ''
    this.#chosen = point
    const left = plot.valToPos((point.at + STEP / 2) / 1000, 'x')
    plot.setCursor({ left, top: 0 })
    return (this.#readout.textContent = this.#textOf(point))
  }

  #textOf(point: HistoryPoint): string {
    const { at, settled, lost, missed, rtt } = point
    return [
      clockText(at, this.#now),
      settled === 0 ? 'no probe settled' : `loss ${lossText(point)} (${countText(lost)} of ${countText(settled)})`,
      ...(missed > 0 ? [`${countText(missed)} not sent`] : []),
      ...(rtt === undefined
        ? []
        : [`round trip min ${rttText(rtt, 'minMs')}, p50 ${rttText(rtt, 'p50Ms')}, p99 ${rttText(rtt, 'p99Ms')}`]),
    ].join(' · ')
  }

  #readAt(plot: Plot): void {
    if (this.#chosen !== undefined) return
    const { idx, left } = plot.cursor
    const point = typeof idx === 'number' && typeof left === 'number' && left >= 0 ? this.#points[idx] : undefined
    this.#readout.textContent = point === undefined ? HELP : this.#textOf(point)
  }

  #rttPlot(parent: HTMLElement): Plot {
    return new uPlot(
      {
        ...this.#common(RTT_HEIGHT),
        series: [{}, line('g-whole', 1), line('ink', 1.5), line('g-whole', 1)],
        bands: [{ series: [3, 1], fill: () => faint(ink('g-whole')) }],
        scales: { x: this.#times(), y: { distr: 3, range: (_, min, max) => delayRange(min, max) } },
        axes: [
          { ...lines(), size: 8, values: (_, ticks) => ticks.map(() => '') },
          {
            ...lines(),
            size: LEFT,
            splits: (_, __, min, max) => delayTicks(min, max),
            filter: (_, ticks) => ticks,
            values: (_, ticks) => ticks.map(tick => timeText(tick)),
          },
        ],
      },
      [[], [], [], []],
      parent,
    )
  }

  #lossPlot(parent: HTMLElement): Plot {
    const common = this.#common(LOSS_HEIGHT)
    return new uPlot(
      {
        ...common,
        hooks: { ...common.hooks, draw: [plot => this.#drawLoss(plot)] },
        series: [{}, { paths: () => null, points: { show: false } }],
        scales: { x: this.#times(), y: { range: (_, __, max) => [0, Math.max(max, LEAST_LOSS)] } },
        axes: [
          {
            ...lines(),
            size: 30,
            space: 64,
            values: (_, ticks) => axisTimes(ticks),
          },
          { ...lines(), size: LEFT, values: (_, ticks) => ticks.map(tick => `${Math.round(tick * 100)}%`) },
        ],
      },
      [[], []],
      parent,
    )
  }

  #common(height: number): Plot.Options {
    return {
      width: 600,
      height,
      padding: [10, 24, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        sync: { key: 'hour', setSeries: false },
      },
      series: [],
      hooks: { setCursor: [plot => this.#readAt(plot)] },
    }
  }

  #times(): Plot.Scale {
    return { time: true, range: () => [this.#from / 1000, Math.max(this.#now, 1) / 1000] }
  }

  /** A bar for each ten seconds with loss, and a mark on the axis where this process sent nothing. */
  #drawLoss(plot: Plot): void {
    const { ctx, bbox } = plot
    const foot = bbox.top + bbox.height
    ctx.save()
    for (const { at, settled, lost, missed } of this.#points) {
      const begin = Math.max(bbox.left, Math.round(plot.valToPos(at / 1000, 'x', true)))
      const end = Math.min(bbox.left + bbox.width, Math.round(plot.valToPos((at + STEP) / 1000, 'x', true)))
      const width = Math.max(devicePixelRatio, end - begin)
      if (end < bbox.left) continue
      if (lost > 0) {
        const top = Math.round(plot.valToPos(lost / settled, 'y', true))
        ctx.fillStyle = ink('g-lost')
        ctx.fillRect(begin, top, width, foot - top)
      }
      if (missed > 0) {
        ctx.fillStyle = ink('g-not-sent')
        ctx.fillRect(begin, foot - 4 * devicePixelRatio, width, 4 * devicePixelRatio)
      }
    }
    ctx.restore()
  }
}

/** The same color, almost transparent. */
function faint(color: string): string {
  return color.replace(/^rgb\((.*)\)$/u, 'rgba($1, 0.22)')
}

function lines(): Plot.Axis {
  return { stroke: () => ink('dim'), grid: { stroke: () => ink('rule'), width: 1 }, ticks: { show: false }, font: FONT }
}

function line(name: string, width: number): Plot.Series {
  return {
    stroke: () => ink(name),
    width,
    points: { show: true, filter: isolated, size: 4, stroke: () => ink(name), fill: () => ink(name) },
  }
}

/** Points without a neighbor, which no line shows. */
function isolated({ data }: Plot, series: number): number[] {
  const values = data[series] ?? []
  return Array.from(values, (_, place) => place).filter(
    place =>
      typeof values[place] === 'number' &&
      typeof values[place - 1] !== 'number' &&
      typeof values[place + 1] !== 'number',
  )
}

/** Times of day for an axis, with seconds if the ticks are closer than a minute. */
function axisTimes(ticks: readonly number[]): string[] {
  const [first = 0, second = first + 60] = ticks
  return ticks.map(tick => clockText(tick * 1000, tick * 1000).slice(0, second - first < 60 ? 8 : 5))
}
