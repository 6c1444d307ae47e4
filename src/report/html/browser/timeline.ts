import type Plot from 'uplot'
import type { LiveRun } from '../live-run.ts'
import { FONT } from './canvas-text.ts'
import { drawLanes } from './draw-lanes.ts'
import { drawPercentiles, drawPoints } from './draw-points.ts'
import { readAt } from './readout.ts'
import { ink, THEME_CHANGE } from './theme.ts'
import { timeText } from './time-text.ts'
import { createToolbar } from './tools.ts'

/** The margins of the static pictures (`frame.ts`), px. */
const MARGINS = { wide: { left: 62, right: 170, lane: 26 }, narrow: { left: 52, right: 10, lane: 42 } }
/** Below this width, labels do not fit beside the plot. */
const NARROW = 700
const DELAY_HEIGHT = 270
/** Height below the lanes for the numbers of the axis. */
const BELOW = 40

/** Replaces the static timeline of a run by an interactive one. */
export function drawTimeline(figure: HTMLElement, run: LiveRun): void {
  const live = document.createElement('div')
  live.className = 'live'
  figure.prepend(live)
  // Show it first, because a hidden element has no width.
  figure.classList.add('is-live')

  const width = (): number => Math.max(240, Math.floor(live.clientWidth))
  const margins = (): (typeof MARGINS)['wide'] => (width() < NARROW ? MARGINS.narrow : MARGINS.wide)
  const readout = document.createElement('p')
  readout.className = 'readout'
  const shown = { min: run.from, max: run.to }
  const plots: Plot[] = []

  const show = (min: number, max: number): void => {
    const span = Math.min(max - min, run.to - run.from)
    const from = Math.min(Math.max(min, run.from), run.to - span)
    for (const plot of plots) plot.setScale('x', { min: from, max: from + span })
  }
  const options = (height: number, times: Plot.Axis, beside: Plot.Axis, draw: (plot: Plot) => void): Plot.Options => ({
    width: width(),
    height,
    padding: [10, () => margins().right, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      sync: { key: `run-${figure.dataset['run'] ?? ''}`, setSeries: false },
      drag: { x: true, y: false, dist: 4 },
    },
    series: [{}, { paths: () => null, points: { show: false } }],
    axes: [
      { ...lines(), ticks: { stroke: () => ink('rule'), size: 4 }, ...times },
      { ...lines(), ticks: { show: false }, size: () => margins().left, ...beside },
    ],
    hooks: {
      draw: [draw],
      setCursor: [plot => (readout.textContent = readAt(plot, run))],
      setScale: [
        (plot, key) => {
          const { min, max } = plot.scales['x'] ?? {}
          if (key !== 'x' || typeof min !== 'number' || typeof max !== 'number') return
          Object.assign(shown, { min, max })
          const others = plots.filter(({ scales }) => scales['x']?.min !== min || scales['x'].max !== max)
          for (const other of others) if (other !== plot) other.setScale('x', { min, max })
        },
      ],
    },
  })
  const x = { time: false, range: (_: Plot, min: number, max: number): [number, number] => [min, max] }

  live.append(
    createToolbar({
      zoom: (factor, shift) => {
        const half = ((shown.max - shown.min) * factor) / 2
        const middle = (shown.min + shown.max) / 2 + shift * (shown.max - shown.min)
        show(middle - half, middle + half)
      },
      whole: () => show(run.from, run.to),
    }),
  )
  const { delay } = run
  if (delay !== undefined) {
    const beside: Plot.Axis = {
      splits: () => [...delay.ticks],
      filter: (_, ticks) => ticks,
      values: (_, ticks) => ticks.map(tick => timeText(tick)),
    }
    const drawn = options(DELAY_HEIGHT, { size: 6, values: (_, ticks) => ticks.map(() => '') }, beside, plot => {
      drawPoints(plot, run)
      if (margins() === MARGINS.wide) drawPercentiles(plot, run)
    })
    const scales = {
      x,
      y: { range: [delay.from, delay.to] as [number, number], distr: delay.logarithmic ? 3 : 1 } as const,
    }
    plots.push(new uPlot({ ...drawn, scales }, [[...run.timeMs], [...run.rttMs]], live))
  }
  const stripHeight = (): number => run.slices.lanes.length * margins().lane + BELOW
  const times: Plot.Axis = { size: 30, values: (_, ticks) => ticks.map(tick => timeText(tick, 5)) }
  const drawn = options(stripHeight(), times, { grid: { show: false }, values: () => [] }, plot =>
    drawLanes(plot, run, margins() === MARGINS.narrow),
  )
  const { from, step, totals } = run.slices
  const middles = totals.map((_, slice) => from + (slice + 0.5) * step)
  const strip = new uPlot({ ...drawn, scales: { x, y: { range: [0, 1] } } }, [middles, middles.map(() => 0)], live)
  plots.push(strip)
  live.append(readout)
  show(run.from, run.to)

  document.documentElement.addEventListener(THEME_CHANGE, () => plots.forEach(plot => plot.redraw(false, true)))
  new ResizeObserver(() => {
    for (const plot of plots) {
      const height = plot === strip ? stripHeight() : DELAY_HEIGHT
      if (plot.width !== width() || plot.height !== height) plot.setSize({ width: width(), height })
    }
  }).observe(live)
}

function lines(): Plot.Axis {
  return { stroke: () => ink('dim'), grid: { stroke: () => ink('rule'), width: 1 }, font: FONT }
}
