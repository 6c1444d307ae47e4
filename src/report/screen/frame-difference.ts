import { type Cell, Frame } from './frame.ts'
import { STYLES } from './style.ts'

const CLEAR = '\u001B[m\u001B[2J'
/** Characters whose width no terminal doubts: Latin, and the arrows, lines, blocks and marks of our own pages. */
const CERTAIN = /^[\u0020-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25ff]$/u

/**
 * The escape sequences that turn the screen of one frame into that of another. Without a frame before, or after a change of size, the
 * screen is cleared first. Only cells that differ are written, with the cells beside a character whose width terminals disagree on. The
 * style is the default one before and after. Empty: nothing differs.
 */
export function frameDifference(before: Frame | undefined, after: Frame, color: boolean): string {
  const isSame = before !== undefined && before.width === after.width && before.height === after.height
  const pen = new Pen(color)
  const old = isSame ? before : new Frame(after.width, after.height)
  for (let row = 0; row < after.height; row++) writeRow(pen, old, after, row)
  const text = pen.finish()
  return isSame ? text : CLEAR + text
}

function writeRow(pen: Pen, before: Frame, after: Frame, row: number): void {
  const { width } = after
  let column = 0
  while (column < width) {
    let end = column + 1
    // The cells of a chain are written together or not at all.
    while (end < width && (isDoubtful(before, after, row, end - 1) || isDoubtful(before, after, row, end))) end++
    if (differs(before, after, row, column, end)) {
      // Spaces remove what a terminal has joined to its neighbour.
      if (end > column + 1) pen.blank(row, column, end - column)
      for (let at = column; at < end; at++) {
        const cell = after.cell(row, at)
        if (cell.width > 0 && (end === column + 1 || cell.text !== ' ' || cell.style === 'alert'))
          pen.write(row, at, cell)
      }
    }
    column = end
  }
}

function differs(before: Frame, after: Frame, row: number, from: number, to: number): boolean {
  for (let column = from; column < to; column++) {
    const [one, other] = [before.cell(row, column), after.cell(row, column)]
    if (one !== other && (one.text !== other.text || one.style !== other.style)) return true
  }
  return false
}

function isDoubtful(before: Frame, after: Frame, row: number, column: number): boolean {
  return !isCertain(before.cell(row, column).text) || !isCertain(after.cell(row, column).text)
}

/** Asked for each cell of each frame, so most characters are found without the expression. */
function isCertain(text: string): boolean {
  const code = text.charCodeAt(0)
  return text.length === 1 && ((code >= 0x20 && code < 0x7f) || CERTAIN.test(text))
}

/** Writes cells at places, and moves the cursor and changes the style where needed only. */
class Pen {
  readonly #color: boolean
  #text = ''
  #row = -1
  /** Undefined: not certain. */
  #column: number | undefined
  #style = ''

  constructor(color: boolean) {
    this.#color = color
  }

  write(row: number, column: number, cell: Cell): void {
    this.#move(row, column)
    this.#restyle(this.#color ? STYLES[cell.style] : '')
    this.#text += cell.text
    this.#column = cell.width === 1 && isCertain(cell.text) ? column + 1 : undefined
  }

  blank(row: number, column: number, width: number): void {
    this.#move(row, column)
    this.#restyle('')
    this.#text += ' '.repeat(width)
    this.#column = column + width
  }

  finish(): string {
    return this.#style === '' ? this.#text : `${this.#text}\u001B[m`
  }

  #restyle(style: string): void {
    if (style === this.#style) return
    this.#text += this.#style === '' || style === '' ? `\u001B[${style}m` : `\u001B[0;${style}m`
    this.#style = style
  }

  #move(row: number, column: number): void {
    if (row === this.#row && column === this.#column) return
    const forward = column - (this.#column ?? Infinity)
    if (row === this.#row && forward > 0) this.#text += `\u001B[${forward === 1 ? '' : forward}C`
    else this.#text += `\u001B[${row + 1};${column + 1}H`
    this.#row = row
  }
}
