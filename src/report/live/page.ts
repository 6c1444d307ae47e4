import { element, fragment, type Markup, raw } from '../html/markup.ts'
import { pageDocument } from './page-document.ts'
import { ASSETS } from './assets.js'
import { CELL_HEIGHT, CELL_WIDTH, STATE_SHAPES, type StateGroup } from './state-shapes.ts'

/** Whose page it is. */
export interface LivePageOwner {
  /** Name of the command. */
  readonly product: string
  /** The page above it, relative to it. Absent: there is none. */
  readonly home?: string
}

/** The live page, which is the same for every target, and its Content-Security-Policy. It loads nothing but data of its own server. */
export function livePage(owner: LivePageOwner): { readonly body: string; readonly policy: string } {
  const { style, styleHash, script, scriptHash } = ASSETS
  const content = element(
    'body',
    {},
    header(owner),
    element('main', {}, list(), detail()),
    element('script', {}, raw(script)),
  )
  const policy = [
    "default-src 'none'",
    `style-src '${styleHash}'`,
    `script-src '${scriptHash}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return { body: pageDocument(owner.product, style, content), policy }
}

function header({ product, home }: LivePageOwner): Markup {
  return fragment(
    element(
      'header',
      {},
      element(
        'p',
        { class: 'overline' },
        element(home === undefined ? 'span' : 'a', { id: 'product', class: 'product', href: home }, product),
        element('span', { id: 'state', class: 'state' }, 'connecting'),
      ),
      element('h1', { id: 'headline' }, 'Live view'),
      element('p', { id: 'run', class: 'dim' }),
    ),
    element(
      'noscript',
      {},
      element(
        'p',
        { class: 'notice' },
        'This page needs JavaScript. ',
        element('a', { href: 'targets' }, '/targets'),
        ' has its figures.',
      ),
    ),
    element('p', { id: 'stale', hidden: true }),
    element('p', { id: 'announcements', class: 'unseen', role: 'status', 'aria-live': 'polite' }),
  )
}

function list(): Markup {
  return element(
    'section',
    { id: 'list', 'aria-labelledby': 'list-title' },
    element(
      'div',
      { class: 'bar' },
      element('h2', { id: 'list-title' }, 'Targets'),
      element('label', {}, 'Filter ', element('input', { id: 'filter', type: 'search', autocomplete: 'off' })),
      element(
        'label',
        {},
        'Order ',
        element(
          'select',
          { id: 'order' },
          element('option', { value: 'given' }, 'as given'),
          element('option', { value: 'worst' }, 'most loss first'),
        ),
      ),
    ),
    element(
      'table',
      { role: 'table', 'aria-labelledby': 'list-title', class: 'targets' },
      element(
        'thead',
        { role: 'rowgroup' },
        element(
          'tr',
          { role: 'row' },
          column('target', 'target'),
          column('slots', 'last probes, the newest at the right'),
          column('number minute', 'loss 1 min', 'Loss of the last minute, settled probes only'),
          column('number start', 'since start', 'Loss since the start, settled probes only'),
          column('number p50', 'p50', 'Median round trip of the last minute'),
          column('number p99', 'p99', '99th percentile of the round trips of the last minute'),
          column('event', 'last event'),
        ),
      ),
      element('tbody', { role: 'rowgroup', id: 'rows' }),
    ),
    element('p', { id: 'gone', class: 'notice', hidden: true }),
    element('p', { id: 'none', class: 'dim' }, 'Waiting for data …'),
    legend(),
  )
}

/** What the shapes of a strip mean, those that need explaining. */
const LEGEND: readonly (readonly [StateGroup, string])[] = [
  ['whole', 'whole'],
  ['late', 'late'],
  ['damaged', 'damaged'],
  ['lost', 'lost'],
  ['lost-yet', 'lost, direction not known yet'],
  ['waiting', 'waiting'],
  ['not-sent', 'refused by our own kernel'],
  ['missed', 'missed: this process was late'],
  ['paused', 'paused'],
]

function legend(): Markup {
  const entries = LEGEND.map(([group, words]) =>
    element(
      'li',
      {},
      element(
        'svg',
        { class: 'key', viewBox: `0 0 ${CELL_WIDTH} ${CELL_HEIGHT}`, 'aria-hidden': 'true' },
        element('path', { class: `s-${group}`, d: STATE_SHAPES[group](0), 'fill-rule': 'evenodd' }),
      ),
      words,
    ),
  )
  return element('ul', { class: 'legend small', 'aria-label': 'Shapes of the strips' }, ...entries)
}

function detail(): Markup {
  return element(
    'section',
    { id: 'detail', 'aria-labelledby': 'name', hidden: true },
    element('button', { type: 'button', id: 'back' }, '← all targets'),
    element('h2', { id: 'name', tabindex: -1 }),
    element('p', { id: 'facts', class: 'dim' }),
    element('p', { id: 'idle', class: 'notice', hidden: true }),
    element('ul', { id: 'warnings', class: 'notice', hidden: true }),
    element('dl', { id: 'figures', class: 'figures' }),
    element('h3', {}, 'Last probes'),
    element('div', { id: 'slots' }),
    element('p', { id: 'slot', class: 'readout' }),
    element('h3', {}, 'Last hour: round trip (min, p50, p99; logarithmic) and loss'),
    element('div', { id: 'hour' }),
    element(
      'div',
      { class: 'pair' },
      element(
        'section',
        {},
        element('h3', {}, 'Ledger since start'),
        element(
          'table',
          {},
          element(
            'caption',
            {},
            'A fate is final when its epoch of ten seconds is closed and the server has answered about its losses.',
          ),
          head('fate', 'meaning', 'probes', 'share'),
          element('tbody', { id: 'ledger' }),
        ),
        element('p', { id: 'beside', class: 'dim small' }),
      ),
      element(
        'section',
        {},
        element('h3', { id: 'events-title' }, 'Events'),
        element('ol', { id: 'events', tabindex: 0, 'aria-labelledby': 'events-title' }),
        element('p', { id: 'no-events', class: 'dim' }, 'Nothing has happened since the start.'),
      ),
    ),
    element('h3', {}, 'Flows'),
    element(
      'table',
      { role: 'table', class: 'flows' },
      element('caption', {}, 'Loss and round trip of the last minute by source port.'),
      element(
        'thead',
        { role: 'rowgroup' },
        element(
          'tr',
          { role: 'row' },
          column('port', 'port'),
          column('slots', 'last probes'),
          column('number minute', 'loss'),
          column('number p50', 'p50'),
          column('number p99', 'p99'),
          column('number scheduled', 'scheduled'),
        ),
      ),
      element('tbody', { role: 'rowgroup', id: 'flows' }),
    ),
  )
}

function column(name: string, text: string, title?: string): Markup {
  return element('th', { role: 'columnheader', scope: 'col', class: name, title }, text)
}

function head(...names: readonly string[]): Markup {
  const cells = names.map((name, place) =>
    element('th', { scope: 'col', class: place > 1 ? 'number' : undefined }, name),
  )
  return element('thead', {}, element('tr', {}, ...cells))
}
