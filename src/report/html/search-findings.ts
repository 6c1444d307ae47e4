import type { Result } from '../../verdict/result.ts'
import { mtuFindings } from '../result/mtu-findings.ts'
import { rateConditions, rateFindings } from '../result/rate-findings.ts'
import { sweepControls, sweepFindings } from '../result/sweep-findings.ts'
import { element, fragment, type Markup } from './markup.ts'

/** The findings of a sweep, or of a search of the path MTU or of the highest rate. */
export function searchFindings(result: Result): Markup {
  const { sweep, rate } = result
  const findings = [
    ...(sweep === undefined ? [] : sweepFindings(sweep)),
    ...mtuFindings(result),
    ...(rate === undefined ? [] : rateFindings(rate)),
  ]
  const controls = sweep === undefined ? rate && rateConditions(rate) : sweepControls(sweep)
  return fragment(
    element(
      'ul',
      { class: 'findings' },
      findings.map(({ mark, text, cause }) =>
        element(
          'li',
          {},
          element('span', { class: `mark ${CLASSES[mark]}` }, mark),
          element('p', {}, text),
          cause === undefined ? undefined : element('p', { class: 'hint' }, '→ ', cause),
        ),
      ),
    ),
    controls === undefined ? undefined : element('p', { class: 'dim small' }, controls.join(' · ')),
  )
}

const CLASSES = { '✓': 'pass', '✗': 'fail', '?': 'warn', '·': 'skipped' } as const
