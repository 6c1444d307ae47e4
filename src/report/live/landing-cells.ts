import { type Content, element, type Markup } from '../html/markup.ts'
import { printable } from '../text/safe.ts'

// Tables become blocks on a narrow screen, which takes their roles from them: so each part names its role.

/** A table whose head has these columns: class and text of each. */
export function landingTable(
  labelledBy: string,
  columns: readonly (readonly [className: string, text: string])[],
  rows: readonly Markup[],
): Markup {
  return element(
    'table',
    { role: 'table', 'aria-labelledby': labelledBy },
    element(
      'thead',
      { role: 'rowgroup' },
      element(
        'tr',
        { role: 'row' },
        columns.map(([name, text]) => element('th', { role: 'columnheader', scope: 'col', class: name }, text)),
      ),
    ),
    element('tbody', { role: 'rowgroup' }, rows),
  )
}

export function row(className: string | undefined, ...cells: readonly Markup[]): Markup {
  return element('tr', { role: 'row', class: className }, cells)
}

export function cell(className: string, ...content: readonly Content[]): Markup {
  return element('td', { role: 'cell', class: className }, content)
}

/** The name of a row: a target with its labels. `href`: a page about it. */
export function targetCell(target: string, labels: Readonly<Record<string, string>>, href?: string): Markup {
  const name = printable(target)
  const pairs = Object.entries(labels).map(([key, value]) =>
    element('span', { class: 'label' }, printable(`${key}=${value}`)),
  )
  return element(
    'th',
    { role: 'rowheader', scope: 'row', class: 'target' },
    element(href === undefined ? 'span' : 'a', { class: 'name', href }, name),
    pairs.length === 0 ? undefined : [' ', element('span', { class: 'labels' }, pairs)],
  )
}

/** Time of day of a moment, with the date if it is not that of `other`. */
export function timeElement(at: number, other: number, localTime: (ms: number) => string): Markup {
  const iso = localTime(at)
  const time = iso.slice(11, 19)
  const isSameDay = localTime(other).slice(0, 10) === iso.slice(0, 10)
  return element('time', { datetime: iso }, isSameDay ? time : `${iso.slice(0, 10)} ${time}`)
}
