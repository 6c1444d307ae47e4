import type { Result } from '../../verdict/result.ts'
import { mtuStory } from '../result/mtu-story.ts'
import { sweepControls, sweepStory } from '../result/sweep-story.ts'
import { element, fragment, type Markup } from './markup.ts'

/** What a sweep or a search of the path MTU found, in words. */
export function searchFindings(result: Result): Markup {
  const { sweep } = result
  const findings = [...(sweep === undefined ? [] : sweepStory(sweep)), ...mtuStory(result)]
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
    sweep === undefined ? undefined : element('p', { class: 'dim small' }, sweepControls(sweep).join(' · ')),
  )
}

const CLASSES = { '✓': 'pass', '✗': 'fail', '?': 'warn', '·': 'skipped' } as const
