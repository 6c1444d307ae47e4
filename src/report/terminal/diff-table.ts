import type { Diff } from '../../verdict/compare/diff.ts'
import { metricLabel } from '../../verdict/compare/diff-words.ts'
import { comparisonSentences, comparisonTable, differenceLines, worseSentences } from './comparison-lines.ts'
import { counted } from '../../base/counted.ts'
import { stacked } from './page.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { printableDocument } from '../text/safe.ts'
import { verdictLine } from './verdict-line.ts'
import { usableWidth, type View } from '../text/view.ts'
import { flow, wrap } from '../text/wrap.ts'

/** The table of `udptool diff`: the verdict, both runs, each metric, and sentences on what is worse, better or undecided. */
export function renderDiff(document: Diff, view: View): string {
  const diff = printableDocument(document)
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  const head = headline(diff, palette, width)
  if (view.quiet === true) return stacked([[...head, ...worseSentences(diff, palette, width)]])
  return stacked([
    [...head, ...runLines('a', diff, palette, width), ...runLines('b', diff, palette, width)],
    comparisonTable(diff, ['a', 'b'], palette, width),
    comparisonSentences(diff, palette, width, view.verbose),
    differenceLines(diff, palette, width),
  ])
}

function headline(diff: Diff, palette: Palette, width: number): string[] {
  const { verdict, metrics } = diff
  const of = (outcome: Diff['metrics'][number]['outcome']): string =>
    metrics
      .filter(metric => metric.outcome === outcome)
      .map(metricLabel)
      .join(', ')
  const [worse, better, open] = [of('worse'), of('better'), of('cannotTell')]
  const mark = verdict === 'pass' ? '✓ pass' : '✗ fail'
  const parts = [
    ...cutJournals(diff),
    ...(worse === '' ? (cutJournals(diff).length > 0 ? [] : ['nothing is worse']) : [`worse: ${worse}`]),
    ...(better === '' ? [] : [`better: ${better}`]),
    ...(open === '' ? [] : [`cannot tell: ${open}`]),
  ]
  const paint = verdict === 'pass' ? palette.green : palette.red
  return verdictLine(mark, parts, paint, palette, width)
}

/** A truncated journal is only a part of its run, so the comparison proves nothing about the rest. */
function cutJournals({ a, b }: Diff): readonly string[] {
  const names = [...(a.cut === true ? ['a'] : []), ...(b.cut === true ? ['b'] : [])]
  return names.length === 0 ? [] : [`interrupted: the journal of ${names.join(' and ')} was cut`]
}

function runLines(name: 'a' | 'b', diff: Diff, palette: Palette, width: number): string[] {
  const run = diff[name]
  // A rate is not a percentile of delays.
  const hasRates = diff.metrics.some(({ metric }) => metric === 'rate')
  const from = run.from === 'samples' ? 'intervals from every delay' : 'percentiles only'
  const parts = [
    ...(run.file === undefined ? [] : [run.file]),
    run.target,
    counted(run.scheduled, 'probe'),
    `${run.engine} engine`,
    ...(hasRates ? [] : [from]),
  ]
  const lines = flow(parts, ' · ', width - 5).flatMap(line => wrap(line, width - 5))
  return lines.map((line, index) => `  ${palette.dim(index === 0 ? `${name}  ${line}` : `   ${line}`)}`)
}
