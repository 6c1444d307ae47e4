import type { Finding } from '../result/finding.ts'
import { mtuFindings } from '../result/mtu-findings.ts'
import { rateConditions, rateFindings } from '../result/rate-findings.ts'
import { sweepControls, sweepFindings } from '../result/sweep-findings.ts'
import { flow, wrap } from '../text/wrap.ts'
import type { Page } from './page.ts'

/** The findings of a search besides its result. */
export function searchLines(page: Page): string[] {
  const { result, width, palette } = page
  const { sweep, rate } = result
  const controls = sweep === undefined ? rate && rateConditions(rate) : sweepControls(sweep)
  return [
    ...(sweep === undefined ? [] : sweepFindings(sweep).flatMap(finding => findingLines(page, finding))),
    ...(rate === undefined ? [] : rateFindings(rate).flatMap(finding => findingLines(page, finding))),
    ...flow(controls ?? [], ' · ', width - 2).map(line => `  ${palette.dim(line)}`),
    ...mtuFindings(result).flatMap(finding => findingLines(page, finding)),
  ]
}

/** A finding with its mark, and the likely cause below. */
function findingLines({ palette, width }: Page, { mark, text, cause = '' }: Finding): string[] {
  const paint = { '✓': palette.green, '✗': palette.red, '?': palette.yellow, '·': palette.dim }[mark]
  return [
    ...wrap(text, width - 4).map((line, n) => (n === 0 ? `  ${paint(mark)} ${line}` : `    ${line}`)),
    ...(cause === '' ? [] : wrap(cause, width - 6).map((line, n) => (n === 0 ? `    → ${line}` : `      ${line}`))),
  ]
}
