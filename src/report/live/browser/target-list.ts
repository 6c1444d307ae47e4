import { targetKey } from '../../../verdict/monitor/target-key.ts'
import type { LiveFrame, LiveRow } from '../live-row.ts'
import { byId } from './element.ts'
import { labelText, moduleText } from './figure-words.ts'
import { TargetLine } from './target-line.ts'

/** The list of targets, with a filter, an order, and the arrow keys between the rows. */
export class TargetList {
  readonly #body = byId('rows')
  readonly #filter = byId('filter') as HTMLInputElement
  readonly #order = byId('order') as HTMLSelectElement
  readonly #none = byId('none')
  readonly #lines = new Map<string, TargetLine>()
  readonly #choose: (key: string) => void
  #selected: string | undefined

  constructor(choose: (key: string) => void) {
    this.#choose = choose
    this.#filter.addEventListener('input', () => this.#arrange())
    this.#order.addEventListener('change', () => this.#arrange())
    this.#body.addEventListener('keydown', event => this.#move(event))
  }

  get rows(): readonly LiveRow[] {
    return [...this.#lines.values()].map(({ row }) => row)
  }

  rowOf(key: string): LiveRow | undefined {
    return this.#lines.get(key)?.row
  }

  show({ isWhole, rows, now }: LiveFrame): void {
    if (isWhole) this.#retain(new Set(rows.map(targetKey)))
    const before = new Map(this.#lines)
    // A whole list has the order, too.
    if (isWhole) this.#lines.clear()
    for (const row of rows) {
      const key = targetKey(row)
      const line = before.get(key) ?? this.#newLine(key, row)
      this.#lines.set(key, line)
      line.show(row, now)
    }
    if (isWhole || this.#lines.size > before.size || this.#order.value === 'worst') this.#arrange()
  }

  select(key: string | undefined): void {
    this.#selected = key
    for (const [each, line] of this.#lines) line.select(each === key)
    this.#rove()
  }

  /** Moves the focus to the selected row. */
  focus(): void {
    this.#lines.get(this.#selected ?? '')?.button.focus()
  }

  #newLine(key: string, row: LiveRow): TargetLine {
    const line = new TargetLine(key, row)
    line.button.addEventListener('click', () => this.#choose(key))
    line.select(key === this.#selected)
    return line
  }

  /** Removes the rows of other targets. The focus goes to a neighbour. */
  #retain(keys: ReadonlySet<string>): void {
    const visible = this.#visible()
    const place = visible.findIndex(({ button }) => button === document.activeElement)
    for (const [key, { element }] of this.#lines) {
      if (keys.has(key)) continue
      element.remove()
      this.#lines.delete(key)
    }
    const focused = visible[place]
    if (focused === undefined || keys.has(focused.key)) return
    const near = [...visible.slice(place + 1), ...visible.slice(0, place).toReversed()]
    near.find(({ key }) => keys.has(key))?.button.focus()
  }

  /** Puts the rows in order. The focus stays, and nothing moves if the order is the same. */
  #arrange(): void {
    const words = this.#filter.value.toLowerCase().split(/\s+/u)
    const all = [...this.#lines.values()]
    if (this.#order.value === 'worst') all.sort((a, b) => badness(b.row) - badness(a.row))
    let shown = 0
    all.forEach((line, place) => {
      const { target, module, labels } = line.row
      const text = `${target} ${module} ${moduleText(line.row)} ${labelText(labels)}`.toLowerCase()
      line.element.hidden = !words.every(word => text.includes(word))
      if (!line.element.hidden) shown += 1
      const there = this.#body.children[place]
      if (there === line.element) return
      const hasFocus = line.element.contains(document.activeElement)
      this.#body.insertBefore(line.element, there ?? null)
      // A moved element loses the focus.
      if (hasFocus) line.button.focus()
    })
    this.#none.hidden = shown > 0
    this.#none.textContent = all.length === 0 ? 'There are no targets.' : 'No target matches the filter.'
    this.#rove()
  }

  #visible(): TargetLine[] {
    const byElement = new Map([...this.#lines.values()].map(line => [line.element as Element, line]))
    return Array.from(this.#body.children).flatMap(element => {
      const line = byElement.get(element)
      return line === undefined || line.element.hidden ? [] : [line]
    })
  }

  /** One row takes part in the order of the Tab key: the focused one, else the selected one, else the first. */
  #rove(): void {
    const visible = this.#visible()
    const focused = visible.find(({ button }) => button === document.activeElement)
    const stop = focused ?? visible.find(({ key }) => key === this.#selected) ?? visible[0]
    for (const line of this.#lines.values()) line.button.tabIndex = line === stop ? 0 : -1
  }

  #move(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const visible = this.#visible()
    const from = visible.findIndex(({ button }) => button === document.activeElement)
    const last = visible.length - 1
    const to = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: last }[event.key]
    if (to === undefined || from < 0) return
    event.preventDefault()
    visible[Math.min(last, Math.max(0, to))]?.button.focus()
    this.#rove()
  }
}

/** Loss of the last minute, then that since the start. */
function badness({ minute, sinceStart }: LiveRow): number {
  return lostShare(minute) * 1000 + lostShare(sinceStart)
}

function lostShare({ settled, lost }: LiveRow['minute']): number {
  return settled === 0 ? 0 : lost / settled
}
