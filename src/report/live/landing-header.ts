import { counted } from '../../base/counted.ts'
import { element, type Markup } from '../html/markup.ts'
import { spanText } from '../text/span.ts'
import { printable } from '../text/safe.ts'
import { timeElement } from './landing-cells.ts'
import type { LandingState } from './landing-state.ts'

/** Other pages of the exporter: path relative to this page, name, and what is there. */
const LINKS = [
  ['live', 'Live view', 'strips, round trips and events as they happen'],
  ['targets', 'Targets', 'the rows of this page as JSON'],
  ['config', 'Configuration', 'the running one, as YAML'],
  ['-/healthy', 'Health', 'whether the process runs'],
  ['-/ready', 'Readiness', 'whether every target has been started'],
] as const

export function landingTitle({ view: { targets } }: LandingState): string {
  const losing = targets.filter(({ minute }) => minute.lost > 0).length
  return `${losing === 0 ? '' : `(${losing}) `}udptool exporter · ${counted(targets.length, 'target')}`
}

export function landingHeader(state: LandingState): Markup {
  const { version, view, metrics, config, localTime } = state
  const { now, startedAt, engine } = view
  return element(
    'header',
    {},
    element('p', { class: 'overline' }, element('b', {}, 'udptool exporter'), element('span', {}, version)),
    element('h1', {}, headline(state)),
    element(
      'p',
      { class: 'dim' },
      'as of ',
      timeElement(now, startedAt, localTime),
      ' · since ',
      timeElement(startedAt, now, localTime),
      ` (${spanText(now - startedAt)}) · engine ${engine}`,
      config === undefined ? undefined : [' · ', element('code', {}, printable(config.file))],
    ),
    config?.failure === undefined
      ? undefined
      : element(
          'p',
          { class: 'notice' },
          element('b', {}, 'The last reload failed'),
          `, and the configuration before it stays: ${printable(config.failure)}`,
        ),
    element(
      'nav',
      { 'aria-label': 'Pages of the exporter' },
      element(
        'ul',
        {},
        [[metrics, 'Metrics', 'for Prometheus'] as const, ...LINKS].map(([href, name, what]) =>
          element('li', {}, element('a', { href }, name), element('small', {}, what)),
        ),
      ),
    ),
  )
}

function headline({ view: { targets }, searches }: LandingState): string {
  if (targets.length === 0)
    return searches.length === 0
      ? 'Nothing is probed'
      : counted(searches.length, 'periodic search', 'periodic searches')
  const losing = targets.filter(({ minute }) => minute.lost > 0).length
  const idle = targets.filter(target => target.idle !== undefined).length
  const parts = [
    losing === 0 ? 'no loss in the last minute' : `${losing} with loss in the last minute`,
    ...(idle === 0 ? [] : [`${idle} without probes`]),
  ]
  return `${counted(targets.length, 'target')}: ${parts.join(', ')}`
}
