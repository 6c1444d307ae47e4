import { isSearch, isSizeSearch } from '../../verdict/search/search.ts'
import { observed } from '../result/observations.ts'
import { optionText } from './fact-text.ts'
import { expectations, search, warnings } from './finding-sections.ts'
import { element, fragment, type Markup } from './markup.ts'
import { clients, delays, ledger, order, overTime, sizes } from './picture-sections.ts'
import { rates } from './rate-sections.ts'
import { factsTable, messagesTable } from './result-tables.ts'
import { type PagedRun, section } from './section.ts'

/** All sections of a run, the most important first. Empty sections are left out. */
export function runSections(run: PagedRun): Markup {
  const { result } = run
  return fragment(
    expectations(run),
    warnings(run),
    search(run),
    rates(run),
    isSizeSearch(result) ? sizes(run) : undefined,
    result.messages === undefined ? ledger(run) : section(run, 'messages', 'Messages', messagesTable(result)),
    overTime(run),
    delays(run),
    // A search for the rate compares its sizes in its own pictures.
    isSearch(result) ? undefined : sizes(run),
    clients(run),
    order(run),
    circumstances(run),
  )
}

function circumstances(run: PagedRun): Markup {
  const { result } = run
  const facts = [['engine', [result.engine]] as const, ...observed(result)].map(
    ([name, pieces]) => [name, pieces.join(' · ')] as const,
  )
  const options = Object.entries(result.options)
    .map(([name, value]) => [name, optionText(value)] as const)
    .filter(([, text]) => text !== '')
  return section(
    run,
    'circumstances',
    'The run',
    element(
      'div',
      { class: 'pair' },
      factsTable('Observed, and by what means', facts),
      factsTable('Options in effect', options),
    ),
  )
}
