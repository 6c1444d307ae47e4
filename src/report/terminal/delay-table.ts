import type { ResultDelay } from '../../verdict/result.ts'
import { sampleCaveat } from '../../verdict/expect/metrics.ts'
import { formatCount } from '../../base/counted.ts'
import { padded } from '../text/width.ts'
import { type Cell, type Column, GAP, grid } from '../text/grid.ts'
import { FEWEST_FOR_HISTOGRAM, histogramBlocks, percentileHistogram, sampleHistogram } from '../result/histogram.ts'
import { LABEL, labelled } from '../text/label.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Page } from './page.ts'
import { sparkline } from '../text/sparkline.ts'
import { wrap } from '../text/wrap.ts'

type Figure = Exclude<keyof ResultDelay, 'count' | 'stddevMs'>

/** The figures in order of display. `name` is the metric of expectations. */
const FIGURES: readonly {
  readonly key: Figure
  readonly name: string
  readonly title: string
  readonly rank: number
}[] = [
  { key: 'minMs', name: 'min', title: 'min', rank: 1 },
  { key: 'meanMs', name: 'mean', title: 'mean', rank: 3 },
  { key: 'p50Ms', name: 'p50', title: 'p50', rank: 0 },
  { key: 'p90Ms', name: 'p90', title: 'p90', rank: 2 },
  { key: 'p95Ms', name: 'p95', title: 'p95', rank: 4 },
  { key: 'p99Ms', name: 'p99', title: 'p99', rank: 0 },
  { key: 'p999Ms', name: 'p999', title: 'p99.9', rank: 3 },
  { key: 'maxMs', name: 'max', title: 'max', rank: 1 },
]

const WIDEST_PICTURE = 60
/** The width of `11.2 ms`. */
const LONGEST_TIME = 7
/** A histogram made from percentiles has too few values for more columns. */
const WIDEST_OF_PERCENTILES = 24

/** Round-trip times: percentiles (with too few samples: dimmed and noted), the distribution, and the values over time. */
export function delayTable(page: Page): string[] {
  const { result, palette, width, verbose } = page
  const { rtt, rttNetwork, rttScheduled } = result
  if (rtt === undefined) return []
  const rows: [string, ResultDelay][] = [['rtt', rtt]]
  if (rttNetwork !== undefined && (verbose || differs(rttNetwork, rtt, 'p50Ms', 0))) rows.push(['network', rttNetwork])
  if (rttScheduled !== undefined && (verbose || differs(rttScheduled, rtt, 'p99Ms', 1)))
    rows.push(['scheduled', rttScheduled])
  const notes = caveat(rtt).flatMap(text => wrap(text, width - LABEL))
  return [
    ...figureLines(page, rows),
    ...pictures(page, rtt),
    ...notes.map((line, index) => labelled(index === 0 ? 'samples' : '', palette.dim(line), palette)),
  ]
}

/** As many figures as fit, by rank. p50 and p99 are always shown. */
function figureLines({ palette, width }: Page, rows: readonly (readonly [string, ResultDelay])[]): string[] {
  for (let rank = 4; rank >= 0; rank--) {
    const figures = FIGURES.filter(figure => figure.rank <= rank)
    const cells: Cell[][] = [
      ['', ...figures.map(({ title }) => ({ text: title, paint: palette.dim }))],
      ...rows.map(([name, delay]): Cell[] => [
        { text: padded(name, LABEL - 2 - GAP), paint: palette.dim },
        ...figures.map(({ key, name: metric }) => ({
          text: formatMs(delay[key]),
          paint: weak(metric, delay) ? palette.dim : metric === 'p50' || metric === 'p99' ? palette.bold : plain,
        })),
      ]),
    ]
    const columns: Column[] = [{}, ...figures.map((): Column => ({ align: 'right' }))]
    const { lines, widths } = grid(cells, columns)
    const total = 2 + widths.reduce((sum, column) => sum + column + GAP, -GAP)
    if (total <= width || rank === 0) return lines
  }
  return []
}

/** The distribution of the samples, and the values over time. */
function pictures({ samples = [], palette, width }: Page, rtt: ResultDelay): string[] {
  const known = samples.filter(Number.isFinite).length
  const room = Math.min(WIDEST_PICTURE, width - LABEL - 2 * (LONGEST_TIME + 1))
  const histogram =
    known >= FEWEST_FOR_HISTOGRAM
      ? sampleHistogram(samples, Math.min(room, Math.ceil(2 * Math.sqrt(known))))
      : rtt.count >= FEWEST_FOR_HISTOGRAM
        ? percentileHistogram(rtt, Math.min(WIDEST_OF_PERCENTILES, room))
        : undefined
  const lines: string[] = []
  if (histogram !== undefined) {
    const blocks = palette.cyan(histogramBlocks(histogram))
    lines.push(labelled('spread', `${formatMs(histogram.minMs)} ${blocks} ${formatMs(histogram.maxMs)}`, palette))
  }
  if (known > 1) {
    const line = sparkline(samples, Math.min(WIDEST_PICTURE, width - LABEL)).trimEnd()
    lines.push(labelled('over time', palette.cyan(line), palette))
  }
  return lines
}

function caveat(rtt: ResultDelay): string[] {
  const weakest = FIGURES.filter(({ name }) => weak(name, rtt)).map(({ title }) => title)
  const [first] = weakest
  if (first === undefined) return []
  const last = weakest.at(-1) ?? first
  const which = weakest.length === 1 ? first : `${first} ${weakest.length === 2 ? 'and' : 'to'} ${last}`
  return [`${formatCount(rtt.count)}: too few for ${which}`]
}

function weak(metric: string, delay: ResultDelay): boolean {
  return sampleCaveat(metric, delay.count) !== undefined
}

/** Whether a second row adds information: a figure differs by a tenth and by more than the error of a timer. */
function differs(a: ResultDelay, b: ResultDelay, figure: Figure, leastMs: number): boolean {
  const gap = Math.abs(a[figure] - b[figure])
  return gap > 0.1 * b[figure] && gap > leastMs
}

function plain(text: string): string {
  return text
}
