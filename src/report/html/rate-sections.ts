import { formatCount } from '../../base/counted.ts'
import { formatRate } from '../../base/rate.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { Result, ResultTrial } from '../../verdict/result.ts'
import { formatPps, limitName } from '../../verdict/rate-words.ts'
import { FATES } from '../result/fates.ts'
import { payloadRate, PURPOSES, trialsByRate } from '../result/trial-figures.ts'
import { formatMs } from '../text/milliseconds.ts'
import { evidenceText } from './fact-text.ts'
import { type Content, element, fragment, type Markup } from './markup.ts'
import { ratePicture } from './pictures/rate-picture.ts'
import { figure, type PagedRun, section } from './section.ts'
import { type Column, folded, table } from './table.ts'

/** Longer tables are folded, because the picture above shows the same. */
const MOST_OPEN = 16
const NUMBER = { numeric: true } as const

/** The trials of a search for the highest rate: a picture for each size, and tables. */
export function rates(run: PagedRun): Markup | undefined {
  const { rate } = run.result
  if (rate === undefined) return undefined
  const steady = trialsByRate(rate)
  const pictures = rate.sizes.map(row =>
    ratePicture(
      row,
      steady.filter(({ size }) => size === row.size),
    ),
  )
  const trials = trialsTable(rate.trials)
  return section(
    run,
    'rates',
    'Rate by rate',
    pictures.map((drawn, index) =>
      drawn === undefined
        ? undefined
        : figure(index === 0 ? CAPTION : `The same for ${formatSize(rate.sizes[index]?.size ?? 0)}.`, drawn),
    ),
    rate.sizes.length > 1 ? sizesTable(rate) : undefined,
    rate.trials.length > MOST_OPEN ? folded(`Table of ${rate.trials.length} trials`, trials) : trials,
    folded('Table of their fates', fatesTable(rate.trials)),
    evidenceOf(rate),
  )
}

const CAPTION =
  'Each mark is a trial at one rate. Delivered replies stay on the dashed line until something stops more. A shaper then delays datagrams up to the length of its queue; a policer drops them, and the queue stays empty.'

type Rate = NonNullable<Result['rate']>

function sizesTable({ sizes }: Rate): Markup {
  return table(
    'The highest rate that held, by size',
    [{ title: 'size', ...NUMBER }, { title: 'rate', ...NUMBER }, { title: 'datagrams', ...NUMBER }, { title: 'limit' }],
    sizes.map(({ size, pps, limit }) => [
      formatSize(size),
      pps === undefined ? 'none held' : payloadRate(pps, size),
      pps === undefined ? '' : formatPps(pps),
      limitName(limit),
    ]),
  )
}

const MINOR = { numeric: true, minor: true } as const

/** A column, and its cell for a trial. */
interface TrialColumn extends Column {
  readonly cell: (trial: ResultTrial) => Content
}

/** Columns that identify a trial. */
function identity(trials: Rate['trials']): readonly TrialColumn[] {
  const several = new Set(trials.map(({ size }) => size)).size > 1
  const bursts = trials.some(({ burst }) => burst !== undefined)
  return [
    { title: 'offered', ...NUMBER, cell: ({ pps }) => formatPps(pps) },
    ...(several ? [{ title: 'size', ...NUMBER, cell: ({ size }: ResultTrial) => formatSize(size) }] : []),
    ...(bursts
      ? [
          {
            title: 'burst',
            ...NUMBER,
            cell: ({ burst }: ResultTrial) => (burst === undefined ? '' : formatCount(burst)),
          },
        ]
      : []),
  ]
}

function trialsTable(trials: Rate['trials']): Markup {
  return tableOf('The trials in the order in which they were run', trials, [
    ...identity(trials),
    { title: 'delivered', ...NUMBER, cell: ({ deliveredPps }) => formatPps(deliveredPps) },
    { title: 'loss', ...NUMBER, cell: ({ loss }) => formatRatio(loss) },
    {
      title: 'held',
      cell: ({ held }) => element('span', { class: held ? 'passed' : 'failed' }, held ? '✓ yes' : '✗ no'),
    },
    { title: 'rtt p50', ...MINOR, cell: ({ rttP50Ms }) => time(rttP50Ms) },
    { title: 'rtt p99', ...MINOR, cell: ({ rttP99Ms }) => time(rttP99Ms) },
    { title: 'queue forward', ...MINOR, cell: ({ queueForwardMs }) => time(queueForwardMs) },
    { title: 'queue return', ...MINOR, cell: ({ queueReturnMs }) => time(queueReturnMs) },
    { title: 'purpose', minor: true, cell: ({ purpose }) => PURPOSES[purpose] },
  ])
}

function fatesTable(trials: Rate['trials']): Markup {
  const met = FATES.filter(({ fate }) => trials.some(({ fates }) => (fates[fate] ?? 0) > 0))
  return tableOf('The fates of the probes of each trial', trials, [
    ...identity(trials),
    { title: 'sent', ...NUMBER, cell: ({ sentPps }) => formatPps(sentPps) },
    { title: 'time', ...NUMBER, cell: ({ durationMs }) => formatMs(durationMs) },
    ...met.map(({ fate }): TrialColumn => ({
      title: fate,
      ...NUMBER,
      cell: ({ fates }) => formatCount(fates[fate] ?? 0),
    })),
  ])
}

function tableOf(caption: string, trials: Rate['trials'], columns: readonly TrialColumn[]): Markup {
  return table(
    caption,
    columns,
    trials.map(trial => columns.map(({ cell }) => cell(trial))),
  )
}

function time(ms: number | undefined): string {
  return ms === undefined ? '' : formatMs(ms)
}

/** `offered 15.7 Mbit/s`, `delivered 1006 pps`, `error 0.135%`; other figures as those of warnings. */
function limitEvidence(name: string, value: string | number | boolean): string {
  if (typeof value !== 'number') return evidenceText(name, value)
  if (name === 'error') return `${name} ${formatRatio(value)}`
  if (name.endsWith('Pps')) return `${name.slice(0, -3)} ${formatPps(value)}`
  const [, rate] = /^(.*)BitsPerSecond$/u.exec(name) ?? []
  return rate === undefined ? evidenceText(name, value) : `${rate} ${formatRate({ unit: 'bits', perSecond: value })}`
}

/** The figures that the judgement of each limit follows from. */
function evidenceOf({ sizes }: Rate): Markup {
  return fragment(
    sizes.map(({ size, limit: { evidence } }) => {
      const pieces = Object.entries(evidence).map(([name, value]) => limitEvidence(name, value))
      const name = sizes.length > 1 ? `Evidence for ${formatSize(size)}: ` : 'Evidence: '
      return pieces.length === 0 ? undefined : element('p', { class: 'dim small' }, `${name}${pieces.join(' · ')}`)
    }),
  )
}
