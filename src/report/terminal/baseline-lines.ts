import { comparisonSentences, comparisonTable, differenceLines, worseSentences } from './comparison-lines.ts'
import type { Page } from './page.ts'
import { wrap } from '../text/wrap.ts'

/** The run compared with its baseline: what is worse, better or undecided; with --verbose each metric. */
export function baselineLines({ result, palette, width, verbose }: Page): string[] {
  const { baseline } = result
  if (baseline === undefined) return []
  const { file, startedAt } = baseline.baseline
  const sentences = comparisonSentences(baseline, palette, width, verbose)
  const outcome = sentences.length === 0 ? ': nothing is worse' : ''
  return [
    ...wrap(`against ${file ?? 'the baseline'} of ${startedAt}${outcome}`, width - 2).map(
      line => `  ${palette.dim(line)}`,
    ),
    ...(verbose ? comparisonTable(baseline, ['before', 'now'], palette, width) : []),
    ...sentences,
    ...differenceLines(baseline, palette, width),
  ]
}

/** Only the metrics that are worse. */
export function worseLines({ result, palette, width }: Page): string[] {
  return result.baseline === undefined ? [] : worseSentences(result.baseline, palette, width)
}
