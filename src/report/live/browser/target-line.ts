import type { LiveRow } from '../live-row.ts'
import { create, setAttribute, setText } from './element.ts'
import { clockText, labelText, lossText, moduleText, rttText } from './figure-words.ts'
import { statesOf } from '../state-words.ts'
import { Strip } from './strip.ts'

const LINE_CELLS = 60

/** A row of the list of targets. */
export class TargetLine {
  readonly element: HTMLTableRowElement
  readonly button = create('button', { type: 'button', class: 'name' })
  readonly key: string
  row: LiveRow
  readonly #labels = create('span', { class: 'labels dim small' })
  readonly #strip = new Strip(LINE_CELLS)
  readonly #minute = cell('minute', '1 min')
  readonly #start = cell('start', 'start')
  readonly #p50 = cell('p50', 'p50')
  readonly #p99 = cell('p99', 'p99')
  readonly #event = create('td', { role: 'cell', class: 'event dim small' })

  constructor(key: string, row: LiveRow) {
    this.key = key
    this.row = row
    this.button.textContent = row.target
    const name = create('th', { role: 'rowheader', scope: 'row', class: 'target' }, this.button, ' ', this.#labels)
    const strip = create('td', { role: 'cell', class: 'slots' })
    strip.append(this.#strip.picture)
    const cells = [this.#minute, this.#start, this.#p50, this.#p99].map(({ element }) => element)
    this.element = create('tr', { role: 'row' }, name, strip, ...cells, this.#event)
  }

  show(row: LiveRow, now: number): void {
    this.row = row
    const { labels, strip, minute, sinceStart, idle, lastEvent } = row
    setText(this.#labels, [moduleText(row), labelText(labels)].filter(text => text !== '').join(' '))
    this.#strip.show(statesOf(strip))
    this.#minute.show(lossText(minute), minute.lost > 0)
    this.#start.show(lossText(sinceStart), sinceStart.lost > 0)
    this.#p50.show(rttText(minute.rtt, 'p50Ms'), false)
    this.#p99.show(rttText(minute.rtt, 'p99Ms'), false)
    setText(this.#event, idle ?? (lastEvent === undefined ? '' : `${clockText(lastEvent.at, now)} ${lastEvent.text}`))
    this.element.classList.toggle('is-idle', idle !== undefined)
    this.element.classList.toggle('is-silent', minute.settled > 0 && minute.lost === minute.settled)
  }

  select(isSelected: boolean): void {
    this.element.classList.toggle('is-selected', isSelected)
    setAttribute(this.button, 'aria-current', isSelected ? 'true' : undefined)
  }
}

interface Cell {
  readonly element: HTMLTableCellElement
  show(text: string, isLoss: boolean): void
}

/** A figure with the name of its column, which a narrow screen shows instead of the head. */
function cell(className: string, column: string): Cell {
  const value = create('b')
  const element = create(
    'td',
    { role: 'cell', class: `number ${className}` },
    create('span', { class: 'column dim', 'aria-hidden': 'true' }, `${column} `),
    value,
  )
  return {
    element,
    show: (text, isLoss) => {
      setText(value, text)
      value.classList.toggle('loss', isLoss)
    },
  }
}
