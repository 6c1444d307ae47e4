import { element, type Markup } from '../html/markup.ts'
import { formatMs } from '../text/milliseconds.ts'
import { printable } from '../text/safe.ts'
import { cell, landingTable, row, targetCell, timeElement } from './landing-cells.ts'
import type { RecentProbe } from '../../verdict/recent-probe.ts'
import type { LandingState } from './landing-state.ts'

/** The last runs of `/probe`. */
export function probesSection(state: LandingState): Markup {
  const { probes } = state
  return element(
    'section',
    { class: 'probes' },
    element('h2', { id: 'probes' }, 'Last runs of /probe'),
    probes.length === 0
      ? element('p', { class: 'dim' }, 'None yet.')
      : landingTable(
          'probes',
          [
            ['target', 'target'],
            ['module', 'module'],
            ['outcome', 'outcome'],
            ['number took', 'took'],
            ['number when', 'began'],
            ['log', 'log'],
          ],
          probes.map(probe => probeRow(probe, state)),
        ),
  )
}

function probeRow(
  { id, at, target, module, isSuccess, durationMs, failure }: RecentProbe,
  { view, localTime }: LandingState,
): Markup {
  return row(
    undefined,
    targetCell(target, {}),
    cell('module', printable(module)),
    cell(
      'outcome',
      element('b', { class: isSuccess ? 'passed' : 'failed' }, isSuccess ? '✓ success' : '✗ failure'),
      failure === undefined ? undefined : [' ', element('small', {}, printable(failure))],
    ),
    cell('number took', formatMs(durationMs)),
    cell('number when', timeElement(at, view.now, localTime)),
    cell('log', element('a', { href: `logs?id=${id}`, 'aria-label': `Log of run ${id}` }, 'log')),
  )
}
