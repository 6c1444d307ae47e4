import type { Result } from '../../verdict/result.ts'
import { isSearch } from '../../verdict/search/search.ts'
import { ownFaultsFirst } from '../result/warnings.ts'
import { evidenceText } from './fact-text.ts'
import { element, type Markup } from './markup.ts'
import { expectationsTable } from './result-tables.ts'
import { searchFindings } from './search-findings.ts'
import { type PagedRun, section } from './section.ts'

export function expectations(run: PagedRun): Markup | undefined {
  const { expectations: all } = run.result
  if (all.length === 0) return undefined
  return section(run, 'expectations', 'Expectations', expectationsTable(run.result))
}

/** Warnings with hints and evidence. Faults of this host come first. */
export function warnings(run: PagedRun): Markup | undefined {
  const all = ownFaultsFirst(run.result.warnings)
  return all.length === 0 ? undefined : section(run, 'warnings', 'What stands out', warningList(all))
}

/** Warnings in this order. */
export function warningList(all: Result['warnings']): Markup {
  return element(
    'ul',
    {},
    all.map(({ message, hint, code, evidence }) =>
      element(
        'li',
        {},
        element('p', {}, element('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), element('b', {}, message)),
        hint === '' ? undefined : element('p', { class: 'hint' }, '→ ', hint),
        element(
          'p',
          { class: 'dim small' },
          [code, ...Object.entries(evidence ?? {}).map(([name, value]) => evidenceText(name, value))].join(' · '),
        ),
      ),
    ),
  )
}

/** The findings of a search. */
export function search(run: PagedRun): Markup | undefined {
  if (!isSearch(run.result)) return undefined
  return section(run, 'search', 'What the search found', searchFindings(run.result))
}
