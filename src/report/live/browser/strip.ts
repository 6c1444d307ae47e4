import type { SlotState } from '../../../verdict/monitor/view.ts'
import type { StateGroup } from '../state-shapes.ts'
import { stripSummary } from '../state-words.ts'
import { stripBox, stripShapes } from '../strip-shapes.ts'
import { setAttribute } from './element.ts'

const SVG = 'http://www.w3.org/2000/svg'

/** A picture of the last slots, one cell each, the newest at the right. */
export class Strip {
  readonly picture = document.createElementNS(SVG, 'svg')
  readonly #paths = new Map<StateGroup, SVGPathElement>()
  readonly #cells: number
  #shown: string | undefined

  constructor(cells: number) {
    this.#cells = cells
    this.picture.setAttribute('class', 'strip')
    this.picture.setAttribute('viewBox', stripBox(cells))
    // A cell is as wide as its place allows.
    this.picture.setAttribute('preserveAspectRatio', 'none')
    this.picture.setAttribute('role', 'img')
  }

  show(states: readonly SlotState[]): void {
    const last = states.slice(-this.#cells)
    const key = last.join()
    if (key === this.#shown) return
    this.#shown = key
    setAttribute(this.picture, 'aria-label', stripSummary(last))
    this.picture.dataset['states'] = last.join(' ')
    const drawn = stripShapes(last, this.#cells)
    for (const [group, path] of this.#paths) if (!drawn.has(group)) path.remove()
    for (const [group, shape] of drawn) {
      const path = this.#paths.get(group) ?? createPath(group)
      this.#paths.set(group, path)
      path.setAttribute('d', shape)
      if (path.parentNode === null) this.picture.append(path)
    }
  }
}

function createPath(group: StateGroup): SVGPathElement {
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('class', `s-${group}`)
  path.setAttribute('fill-rule', 'evenodd')
  return path
}
