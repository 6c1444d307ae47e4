import { counted, formatCount } from '../../base/counted.ts'
import { answerWords } from '../../verdict/query/answer-words.ts'
import { askedQuestions } from '../../verdict/query/asked-questions.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { queryCircumstances, queryHeadline, queryStanding } from '../result/query-headline.ts'
import { formatMs } from '../text/milliseconds.ts'
import { figureList } from './key-figures.ts'
import { element, fragment, type Markup } from './markup.ts'
import type { Body } from './page-body.ts'
import { querySections, type PagedQuery } from './query-sections.ts'
import { sentence, standingTag } from './verdict-words.ts'

/** A page of one query. */
export function queryPage(paged: PagedQuery): Body {
  const { query } = paged
  const standing = queryStanding(query)
  return {
    title: `${standing.tone}: ${queryOutcome(query)}`,
    header: element(
      'header',
      {},
      element('p', { class: 'overline' }, standingTag(standing), element('span', { class: 'dim' }, 'udptool report')),
      element('h1', {}, sentence(queryOutcome(query))),
      element('p', { class: 'dim' }, queryCircumstances(query).join(' · ')),
      query.interrupted
        ? element(
            'p',
            { class: 'notice' },
            `Interrupted after ${formatMs(query.durationMs)}: this is not the whole run.`,
          )
        : undefined,
    ),
    main: fragment(queryFigures(query), querySections(paged)),
  }
}

/** The headline without the plain verdict, which a tag shows. */
export function queryOutcome(query: QueryDocument): string {
  const [lead, ...parts] = queryHeadline(query)
  return (lead === query.verdict ? parts : [lead, ...parts]).join(' · ')
}

/** The figures that most readers look for. */
export function queryFigures(query: QueryDocument): Markup {
  const { reply, rttMs, requests } = query
  const questions = askedQuestions(query)
  const words = answerWords(query)
  return figureList([
    ...(words === undefined ? [] : [{ name: 'answer', value: words, note: '' }]),
    ...(rttMs === undefined ? [] : [{ name: 'round trip', value: formatMs(rttMs), note: 'of the longest' }]),
    {
      name: 'answered',
      value: `${formatCount(reply?.count ?? 0)} of ${counted(questions, 'question')}`,
      note: counted(requests.length, 'request'),
    },
  ])
}
