import type { ComparedFigure, ComparedMetric, Diff } from '../../verdict/compare/diff.ts'
import { formatFigure, formatInterval, metricLabel } from '../../verdict/compare/diff-words.ts'
import { type Cell, type Column, grid } from '../text/grid.ts'
import type { Paint, Palette } from '../text/palette.ts'
import { wrap } from '../text/wrap.ts'

type Compared = Pick<Diff, 'metrics' | 'differences'>

const MARKS: Readonly<Record<ComparedMetric['outcome'], string>> = {
  worse: '✗',
  better: '✓',
  alike: '=',
  cannotTell: '?',
}
const WORDS: Readonly<Record<ComparedMetric['outcome'], string>> = {
  worse: 'worse',
  better: 'better',
  alike: 'alike',
  cannotTell: 'cannot tell',
}

/** Below this width, only the mark shows the outcome. */
const WITH_WORDS = 50
/** Below this width, the limit is left out. */
const WITH_LIMIT = 60
/** From this width on, the intervals are shown. */
const WITH_INTERVALS = 100

/** One row per metric of a comparison: both values, the allowed change, and the outcome. */
export function comparisonTable(
  { metrics }: Compared,
  names: readonly [a: string, b: string],
  palette: Palette,
  width: number,
): string[] {
  const intervals = width >= WITH_INTERVALS
  const limit = width >= WITH_LIMIT
  const words = width >= WITH_WORDS
  const head = ['', '', names[0], names[1], ...(limit ? ['at most'] : []), ...(words ? [''] : [])].map(
    (text): Cell => ({
      text,
      paint: palette.dim,
    }),
  )
  const rows = metrics.map((compared): Cell[] => {
    const { metric, unit, a, b, allowed, outcome } = compared
    const paint = outcomePaint(outcome, palette)
    const shown = (figure: ComparedFigure | undefined): string => {
      if (figure === undefined) return '–'
      const value = formatFigure(figure.value, unit)
      return intervals ? `${value} (${formatInterval(figure, unit)})` : value
    }
    return [
      { text: MARKS[outcome], paint },
      metricLabel(compared),
      shown(a),
      shown(b),
      ...(limit
        ? [
            {
              text: allowed === undefined ? '' : `${metric === 'rate' ? '≥ ' : ''}${formatFigure(allowed, unit)}`,
              paint: palette.dim,
            },
          ]
        : []),
      ...(words ? [{ text: WORDS[outcome], paint }] : []),
    ]
  })
  const right: Column = { align: 'right' }
  return grid([head, ...rows], [{}, {}, right, right, ...(limit ? [right] : []), ...(words ? [{}] : [])]).lines
}

/** What is worse and what is better, in sentences; undecided metrics in one sentence per reason, or all with --verbose. */
export function comparisonSentences({ metrics }: Compared, palette: Palette, width: number, verbose = false): string[] {
  const open = verbose ? sentences(metrics, 'cannotTell', palette, width) : openLines(metrics, palette, width)
  return [...worseSentences({ metrics }, palette, width), ...sentences(metrics, 'better', palette, width), ...open]
}

/** Only the metrics that are worse. */
export function worseSentences({ metrics }: Pick<Compared, 'metrics'>, palette: Palette, width: number): string[] {
  return sentences(metrics, 'worse', palette, width)
}

type Metrics = Compared['metrics']

function sentences(metrics: Metrics, outcome: ComparedMetric['outcome'], palette: Palette, width: number): string[] {
  const paint = outcomePaint(outcome, palette)
  return metrics
    .filter(metric => metric.outcome === outcome)
    .flatMap(({ text }) => marked(MARKS[outcome], text, paint, width))
}

const REASONS: Readonly<Record<NonNullable<ComparedMetric['reason']>, string>> = {
  fewSamples: 'there are too few samples',
  ownHost: 'timers of this host were late too, so the host may be the cause',
  ownQueue: 'a window paced the run, so its delays are those of its own full queue',
  missing: 'one of the runs has no samples',
  cut: 'one of the journals was cut, so the rest of its run may be worse',
  bound: 'the search with the lower rate ended before it found a limit',
}

function openLines(metrics: Metrics, palette: Palette, width: number): string[] {
  return Object.entries(REASONS).flatMap(([reason, why]) => {
    const names = metrics.filter(metric => metric.reason === reason).map(metricLabel)
    if (names.length === 0) return []
    const listed = names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
    const verb = names.length === 1 ? 'differs' : 'differ'
    const text = `${listed} ${verb} by more than is allowed, but ${why}`
    return marked(
      MARKS.cannotTell,
      reason === 'missing' || reason === 'cut' ? `${listed}: ${why}` : text,
      outcomePaint('cannotTell', palette),
      width,
    )
  })
}

/** Differences in the set-up of the runs, which may explain other differences. */
export function differenceLines({ differences }: Compared, palette: Palette, width: number): string[] {
  if (differences.length === 0) return []
  const setUp = differences.map(({ what, a, b }) => `${what} (${a}, ${b})`).join(', ')
  return marked('!', `the runs differ in their set-up: ${setUp}`, palette.yellow, width)
}

function marked(mark: string, text: string, paint: Paint, width: number): string[] {
  return wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${paint(mark)} ${line}` : `    ${line}`))
}

function outcomePaint(outcome: ComparedMetric['outcome'], palette: Palette): Paint {
  switch (outcome) {
    case 'worse':
      return palette.red
    case 'better':
      return palette.green
    case 'cannotTell':
      return palette.yellow
    default:
      return palette.dim
  }
}
