import type { Result } from '../../verdict/result.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { circumstances, headlineText, standingOf } from '../result/headline.ts'
import { formatMs } from '../text/milliseconds.ts'
import { keyFigures } from './key-figures.ts'
import { element, fragment } from './markup.ts'
import type { Body } from './page-body.ts'
import { runSections } from './run-sections.ts'
import type { PagedRun } from './section.ts'
import { sentence, standingTag } from './verdict-words.ts'

/** A page of one run. */
export function runPage(run: PagedRun): Body {
  const { result } = run
  const headlineWords = headlineOf(result)
  const standing = standingOf(result)
  return {
    title: `${standing.tone}: ${headlineWords}`,
    header: element(
      'header',
      {},
      element('p', { class: 'overline' }, standingTag(standing), element('span', { class: 'dim' }, 'udptool report')),
      element('h1', {}, sentence(headlineWords)),
      element('p', { class: 'dim' }, circumstances(result).join(' · ')),
      result.interrupted
        ? element(
            'p',
            { class: 'notice' },
            `Interrupted after ${formatMs(result.durationMs)}: fewer probes than were asked for.`,
          )
        : undefined,
    ),
    main: fragment(keyFigures(result), runSections(run)),
  }
}

/** The fates of the probes or messages in a few words. */
export function headlineOf(result: Result): string {
  const { messages } = result
  if (messages === undefined) return headlineText(result)
  const replies = messages.filter(({ reply }) => reply !== undefined).length
  return headlineText(result, `${formatCount(replies)} of ${counted(messages.length, 'message')} answered`)
}
