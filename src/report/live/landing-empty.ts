import { element, type Markup } from '../html/markup.ts'
import { printable } from '../text/safe.ts'
import type { LandingState } from './landing-state.ts'

const EXAMPLE = `modules:
  small: { size: 64, interval: 1s }
groups:
  - module: small
    targets: ['10.0.0.7:9000', 'edge.example:9000']
    labels: { site: fra }
`

/** What to do if there are no targets. */
export function emptyNotice({ config }: LandingState): Markup {
  return element(
    'section',
    { class: 'empty' },
    element('h2', {}, 'There are no targets'),
    element(
      'p',
      {},
      config === undefined
        ? 'Start the exporter with targets or with a configuration file (--config.file FILE)'
        : [
            'The groups of ',
            element('code', {}, printable(config.file)),
            ' name no target, or their files and DNS names have none now. Add a group, and reload with SIGHUP or ',
            element('code', {}, 'POST /-/reload'),
          ],
      '. For example:',
    ),
    element('pre', {}, element('code', {}, EXAMPLE)),
    element(
      'p',
      {},
      'Each target must answer UDP datagrams. With ',
      element('code', {}, 'udptool serve'),
      ' there, the direction of each loss is known.',
    ),
  )
}
