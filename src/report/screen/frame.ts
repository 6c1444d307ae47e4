import { printable } from '../text/safe.ts'
import { characterWidth } from '../text/width.ts'
import type { Style } from './style.ts'

/** A place of the screen. */
export interface Cell {
  /** A character with its combining marks; empty in the second column of a wide character. */
  readonly text: string
  /** Columns: 1, 2, or 0 for the second column of a wide character. */
  readonly width: number
  readonly style: Style
}

const BLANK: Cell = { text: ' ', width: 1, style: 'plain' }
const TAIL = { text: '', width: 0 } as const
/** More marks on one character are dropped: a name must not grow a cell without a bound. */
const MOST_MARKS = 4
/** Invisible selectors between text and picture, by which terminals change the width of the character before. */
const VARIATION = /\p{Variation_Selector}/u

/** A grid of cells: what the whole screen shows. */
export class Frame {
  readonly width: number
  readonly height: number
  readonly #cells: Cell[]

  constructor(width: number, height: number) {
    this.width = Math.max(1, Math.floor(width))
    this.height = Math.max(1, Math.floor(height))
    this.#cells = Array.from({ length: this.width * this.height }, () => BLANK)
  }

  /** The cell of a row and a column, from 0. Blank outside the frame. */
  cell(row: number, column: number): Cell {
    return this.#cells[row * this.width + column] ?? BLANK
  }

  /**
   * Writes text in one row, made printable, and returns the column after it. What does not fit before column `end` is left out; a wide
   * character is never halved.
   */
  write(row: number, column: number, text: string, style: Style = 'plain', end = this.width): number {
    const edge = Math.min(end, this.width)
    if (row < 0 || row >= this.height) return column
    let at = column
    let marks = 0
    for (const character of printable(text)) {
      const width = characterWidth(character)
      if (width === 0) {
        if (at > column && marks < MOST_MARKS && !VARIATION.test(character)) this.#join(row, at, character)
        marks++
        continue
      }
      if (at + width > edge) break
      this.#put(row, at, { text: character, width, style: character === ' ' && style !== 'alert' ? 'plain' : style })
      at += width
      marks = 0
    }
    return at
  }

  /** The text of a row, without spaces at its end. */
  line(row: number): string {
    return Array.from({ length: this.width }, (_, column) => this.cell(row, column).text)
      .join('')
      .trimEnd()
  }

  #put(row: number, column: number, cell: Cell): void {
    for (let place = column; place < column + cell.width; place++) this.#free(row, place)
    this.#set(row, column, cell)
    if (cell.width === 2) this.#set(row, column + 1, { ...TAIL, style: cell.style })
  }

  /** Blanks the wide character that covers a place, so that no half of it remains. */
  #free(row: number, column: number): void {
    const { width } = this.cell(row, column)
    if (width === 0) this.#set(row, column - 1, BLANK)
    if (width === 2) this.#set(row, column + 1, BLANK)
    this.#set(row, column, BLANK)
  }

  /** Adds a combining mark to the character before a column. */
  #join(row: number, column: number, mark: string): void {
    const base = this.cell(row, column - 1).width === 0 ? column - 2 : column - 1
    const cell = this.cell(row, base)
    this.#set(row, base, { ...cell, text: cell.text + mark })
  }

  #set(row: number, column: number, cell: Cell): void {
    this.#cells[row * this.width + column] = cell
  }
}
