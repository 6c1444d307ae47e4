import { counted } from '../../base/counted.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { ResultRate, ResultTrial } from '../../verdict/result.ts'
import { formatPps, limitName } from '../../verdict/rate-words.ts'
import { burstTrials, delayMeasure, payloadRate, PURPOSES, queueOf, trialsByRate } from '../result/trial-figures.ts'
import { bar } from '../text/bar.ts'
import { type Cell, type Column, GAP, grid } from '../text/grid.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Page } from './page.ts'

const BAR = 10

/** The highest rank of a column. */
const MOST_RANK = 7

/** A column of a chart. Those with a rank are left out on narrow terminals, the highest rank first. */
interface Series {
  readonly title: string
  readonly align?: 'right'
  readonly rank?: number
  readonly cell: (trial: ResultTrial) => Cell
}

/** Loss and queue against the offered rate: a line for each trial. */
export function rateChart(page: Page): string[] {
  const { rate } = page.result
  if (rate === undefined) return []
  const trials = trialsByRate(rate)
  return chart(page, trials, [
    heldSeries(page),
    ...sizeSeries(trials),
    { title: 'offered', align: 'right', cell: ({ pps }) => formatPps(pps) },
    { title: '', align: 'right', rank: 3, cell: ({ pps, size }) => payloadRate(pps, size) },
    { title: 'delivered', align: 'right', cell: ({ deliveredPps }) => formatPps(deliveredPps) },
    ...lossSeries(page),
    ...delaySeries(page, trials),
    ...(page.verbose ? [{ title: 'purpose', rank: 7, cell: ({ purpose }: ResultTrial) => PURPOSES[purpose] }] : []),
  ])
}

/** Loss against the length of a burst. */
export function burstChart(page: Page): string[] {
  const { rate } = page.result
  if (rate === undefined) return []
  const trials = burstTrials(rate)
  return chart(page, trials, [
    heldSeries(page),
    ...sizeSeries(trials),
    {
      title: 'burst',
      align: 'right',
      cell: ({ burst }) => (burst === undefined ? '' : counted(burst, 'datagram')),
    },
    ...lossSeries(page),
    times('rtt p50', 4, ({ rttP50Ms }) => rttP50Ms),
    times('rtt p99', 5, ({ rttP99Ms }) => rttP99Ms),
  ])
}

/** The rate and the limit of each size, if there are several. */
export function rateTable({ result: { rate }, palette, width }: Page): string[] {
  if (rate === undefined || rate.sizes.length < 2) return []
  const head = ['size', 'rate', '', 'limit'].map((text): Cell => ({ text, paint: palette.dim }))
  const rows = rate.sizes.map(({ size, pps, limit }): Cell[] => [
    formatSize(size),
    pps === undefined ? { text: 'none held', paint: palette.red } : payloadRate(pps, size),
    pps === undefined ? '' : formatPps(pps),
    limitName(limit),
  ])
  const right: Column = { align: 'right' }
  const { widths } = grid([head, ...rows], [right, right, right, {}])
  const used = 2 + widths.slice(0, -1).reduce((sum, column) => sum + column + GAP, 0)
  return grid([head, ...rows], [right, right, right, { most: Math.max(1, width - used) }]).lines
}

function heldSeries({ palette }: Page): Series {
  return {
    title: '',
    cell: ({ held }) => (held ? { text: '✓', paint: palette.green } : { text: '✗', paint: palette.red }),
  }
}

function sizeSeries(trials: ResultRate['trials']): readonly Series[] {
  if (new Set(trials.map(({ size }) => size)).size < 2) return []
  return [{ title: 'size', align: 'right', cell: ({ size }) => formatSize(size) }]
}

function lossSeries({ palette }: Page): readonly Series[] {
  return [
    { title: 'loss', align: 'right', cell: ({ loss }) => formatRatio(loss) },
    { title: '', rank: 2, cell: ({ loss }) => ({ text: bar(loss, BAR), paint: palette.red }) },
  ]
}

/** The queue with a bar; without knowledge of queues the bar is for the growth of the median round trip. */
function delaySeries({ palette, verbose }: Page, trials: ResultRate['trials']): readonly Series[] {
  const { isQueue, read: measure, most } = delayMeasure(trials)
  const bars: Series = {
    title: '',
    rank: 1,
    cell: trial => ({ text: bar((measure(trial) ?? 0) / most, BAR), paint: palette.yellow }),
  }
  const p50 = times('rtt p50', 4, ({ rttP50Ms }) => rttP50Ms)
  const p99 = times('rtt p99', 5, ({ rttP99Ms }) => rttP99Ms)
  if (!isQueue) return [p50, bars, p99]
  const ways = [
    times('queue forward', 6, ({ queueForwardMs }) => queueForwardMs),
    times('queue return', 6, ({ queueReturnMs }) => queueReturnMs),
  ]
  return [times('queue', 0, queueOf), bars, p50, p99, ...(verbose ? ways : [])]
}

function times(title: string, rank: number, read: (trial: ResultTrial) => number | undefined): Series {
  return {
    title,
    align: 'right',
    rank,
    cell: trial => {
      const ms = read(trial)
      return ms === undefined ? '' : formatMs(ms)
    },
  }
}

/** A grid of these columns with as many as fit. Columns without any text are left out. */
function chart({ palette, width }: Page, trials: ResultRate['trials'], all: readonly Series[]): string[] {
  if (trials.length === 0) return []
  for (let most = MOST_RANK; most >= 0; most--) {
    const series = all.filter(({ rank = 0 }) => rank <= most)
    const rows = [
      series.map(({ title }): Cell => ({ text: title, paint: palette.dim })),
      ...trials.map(trial => series.map(({ cell }) => cell(trial))),
    ]
    const columns = series.map(({ align }): Column => (align === undefined ? {} : { align }))
    const { lines, widths } = grid(rows, columns)
    const wide = 2 + widths.reduce((sum, column) => sum + (column === 0 ? 0 : column + GAP), 0) - GAP
    if (wide <= width || most === 0) return lines
  }
  return []
}
