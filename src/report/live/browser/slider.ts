/** A picture whose positions a keyboard can visit: left and right, Home and End. A screen reader reads its value. */
export interface Positions {
  readonly label: string
  /** Number of positions. */
  count(): number
  /** Describes a position; called when it is chosen. */
  choose(position: number): string
  /** The picture lost the focus. */
  leave(): void
}

/** Makes an element a slider over positions. Returns a function that announces the present position after the picture has changed. */
export function makeSlider(element: HTMLElement, positions: Positions): void {
  let position: number | undefined
  element.tabIndex = 0
  element.setAttribute('role', 'slider')
  element.setAttribute('aria-label', positions.label)
  element.setAttribute('aria-valuemin', '0')
  element.setAttribute('aria-valuemax', '0')
  element.setAttribute('aria-valuenow', '0')
  element.setAttribute('aria-valuetext', 'use the arrow keys')
  element.addEventListener('keydown', event => {
    const last = positions.count() - 1
    if (last < 0) return
    const from = Math.min(position ?? last, last)
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key]
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    position = Math.min(last, Math.max(0, position === undefined ? last : to))
    element.setAttribute('aria-valuemax', String(last))
    element.setAttribute('aria-valuenow', String(position))
    element.setAttribute('aria-valuetext', positions.choose(position))
  })
  element.addEventListener('blur', () => {
    position = undefined
    positions.leave()
  })
}
