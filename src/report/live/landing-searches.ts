import { formatCount } from '../../base/counted.ts'
import type { SearchResult } from '../../verdict/monitor/search-result.ts'
import { type Content, element, fragment, type Markup } from '../html/markup.ts'
import { printable } from '../text/safe.ts'
import { cell, landingTable, row, targetCell, timeElement } from './landing-cells.ts'
import type { LandingState } from './landing-state.ts'

/** The last periodic searches, if there are any. */
export function searchesSection(state: LandingState): Markup {
  const { searches } = state
  if (searches.length === 0) return fragment()
  return element(
    'section',
    { class: 'searches' },
    element('h2', { id: 'searches' }, 'Periodic searches'),
    landingTable(
      'searches',
      [
        ['target', 'target'],
        ['module', 'module'],
        ['outcome', 'last result'],
        ['number when', 'ended'],
      ],
      searches.map(search => searchRow(search, state)),
    ),
  )
}

function searchRow(search: SearchResult, { view, localTime }: LandingState): Markup {
  return row(
    undefined,
    targetCell(search.target, search.labels),
    cell('module', printable(search.module)),
    cell('outcome', outcomeOf(search)),
    cell('number when', timeElement(search.endedAt, view.now, localTime)),
  )
}

function outcomeOf({ pathMtu, blackHole, maxIntactSize, failure, run }: SearchResult): Content {
  if (failure !== undefined)
    return [element('b', { class: 'failed' }, '✗ no result'), ' ', element('small', {}, printable(failure))]
  if (pathMtu !== undefined) {
    const hole =
      blackHole === true ? element('small', { class: 'is-bad' }, 'larger packets vanish without an error') : undefined
    return ['path MTU ', element('b', {}, `${formatCount(pathMtu)} bytes`), ' ', hole]
  }
  if (maxIntactSize !== undefined)
    return ['largest intact payload ', element('b', {}, `${formatCount(maxIntactSize)} bytes`)]
  return `${run} found nothing`
}
