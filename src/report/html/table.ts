import { type Content, element, type Markup } from './markup.ts'

export interface Column {
  readonly title: string
  /** Numbers are aligned to the right. */
  readonly numeric?: boolean
  /** Hidden on a narrow page. */
  readonly minor?: boolean
}

/** A table with a caption for screen readers. The first cell of each row is its heading. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const side = (index: number): string | undefined => {
    const { numeric = false, minor = false } = columns[index] ?? {}
    return [numeric ? 'number' : '', minor ? 'minor' : ''].join(' ').trim() || undefined
  }
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          columns.map(({ title }, index) => element('th', { scope: 'col', class: side(index) }, title)),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map(cells =>
          element(
            'tr',
            {},
            cells.map((cell, index) =>
              index === 0
                ? element('th', { scope: 'row', class: side(index) }, cell)
                : element('td', { class: side(index) }, cell),
            ),
          ),
        ),
      ),
    ),
  )
}

/** A table that is folded below its summary. It is open when printed. */
export function folded(summary: string, content: Markup): Markup {
  return element('details', {}, element('summary', {}, summary), content)
}
