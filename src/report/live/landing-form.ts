import { element, type Markup } from '../html/markup.ts'
import { printable } from '../text/safe.ts'
import type { LandingState } from './landing-state.ts'

/** Targets that the form proposes. */
const MOST_PROPOSED = 100

/** A form that runs `/probe`. */
export function probeForm({ probe: { modules, allow }, view }: LandingState): Markup {
  const targets = new Set(view.targets.map(({ target }) => target))
  const proposed = [...targets].filter(target => printable(target) === target).slice(0, MOST_PROPOSED)
  const [first] = proposed
  return element(
    'section',
    { class: 'probe' },
    element('h2', { id: 'probe' }, 'Probe once'),
    modules.length === 0
      ? element('p', { class: 'dim' }, 'The configuration has no module that /probe may run.')
      : element(
          'form',
          { action: 'probe', method: 'get', 'aria-labelledby': 'probe' },
          element(
            'label',
            {},
            element('span', {}, 'Target'),
            element('input', {
              name: 'target',
              required: true,
              list: 'known',
              autocomplete: 'off',
              autocapitalize: 'none',
              spellcheck: 'false',
              placeholder: first ?? 'host:port',
            }),
          ),
          element(
            'label',
            {},
            element('span', {}, 'Module'),
            element(
              'select',
              { name: 'module' },
              modules.map(name => element('option', { value: name }, printable(name))),
            ),
          ),
          element('button', { name: 'debug', value: 'true' }, 'Run and show the log'),
          element('button', {}, 'Run and show the metrics'),
          element(
            'datalist',
            { id: 'known' },
            proposed.map(target => element('option', { value: target })),
          ),
        ),
    element('p', { class: 'dim small' }, allowedText(allow)),
  )
}

function allowedText(allow: readonly string[] | undefined): string {
  return allow === undefined
    ? 'Only targets that are always probed may be probed: probe.allow in the configuration file allows others. The answer comes when the run has ended.'
    : `Targets that may be probed: ${printable(allow.join(', '))}. The answer comes when the run has ended.`
}
