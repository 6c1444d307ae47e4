import { checkOptions } from '../../base/options.ts'
import type { Result } from '../../verdict/result.ts'
import { isSearch } from '../../verdict/search/search.ts'
import { baselineLines, worseLines } from './baseline-lines.ts'
import { delayTable } from './delay-table.ts'
import { expectationLines, furtherFailures } from './expectation-lines.ts'
import { headline, quietHeadline } from './headline-lines.ts'
import { ledgerTable } from './ledger-table.ts'
import { renderMessages } from './messages.ts'
import { arrivalLines, paceLines } from './observation-lines.ts'
import { createPage, stacked, type Page } from './page.ts'
import { clientsTable, sizesTable } from './parts-table.ts'
import type { View } from '../text/view.ts'
import { burstChart, rateChart, rateTable } from './rate-chart.ts'
import { sweepChart } from './sweep-chart.ts'
import { searchLines } from './search-lines.ts'
import { warningLines } from './warning-lines.ts'

const VIEW = { width: 'number', color: 'switch', quiet: 'switch', verbose: 'switch', samples: 'numbers' } as const

/**
 * A Result for the terminal: the verdict, the ledger, the delays, further observations, expectations and warnings. A run of messages shows
 * its replies instead. Ends with a newline.
 */
export function renderTerminal(result: Result, view: View): string {
  checkOptions(view, VIEW, 'renderTerminal')
  if (result.messages !== undefined) return renderMessages(result, view)
  const page = createPage(result, view)
  if (view.quiet === true) return stacked([[...quietHeadline(page), ...furtherFailures(page), ...worseLines(page)]])
  if (result.rate !== undefined) return stacked(rateSections(page))
  if (isSearch(result)) return stacked(searchSections(page))
  return stacked([
    headline(page),
    ledgerTable(page),
    arrivalLines(page),
    delayTable(page),
    paceLines(page),
    sizesTable(page),
    clientsTable(page),
    expectationLines(page),
    baselineLines(page),
    warningLines(page),
  ])
}

/** A search is about sizes, so delays over all sizes are shown only with --verbose. */
function searchSections(page: Page): string[][] {
  return [
    headline(page),
    ledgerTable(page),
    ...(page.verbose ? [arrivalLines(page), delayTable(page), paceLines(page)] : []),
    sweepChart(page),
    searchLines(page),
    expectationLines(page),
    warningLines(page),
  ]
}

/** A search for the highest rate loses probes on purpose, so its trials come before the ledger of all. */
function rateSections(page: Page): string[][] {
  return [
    headline(page),
    rateTable(page),
    searchLines(page),
    rateChart(page),
    burstChart(page),
    ledgerTable(page),
    ...(page.verbose ? [arrivalLines(page), delayTable(page), paceLines(page)] : []),
    clientsTable(page),
    expectationLines(page),
    baselineLines(page),
    warningLines(page),
  ]
}
