import type { Frame } from './frame.ts'
import { STYLES } from './style.ts'

/** A frame as lines of text, without blank rows at its end. */
export function frameText(frame: Frame, color: boolean): string {
  const lines = Array.from({ length: frame.height }, (_, row) => styledLine(frame, row, color))
  while (lines.at(-1) === '') lines.pop()
  return lines.map(line => `${line}\n`).join('')
}

function styledLine(frame: Frame, row: number, color: boolean): string {
  const length = [...Array(frame.width).keys()].findLast(column => frame.cell(row, column).text !== ' ')
  let line = ''
  let style = ''
  for (let column = 0; column <= (length ?? -1); column++) {
    const cell = frame.cell(row, column)
    const next = color && cell.text !== ' ' ? STYLES[cell.style] : ''
    if (next !== style) line += style === '' || next === '' ? `\u001B[${next}m` : `\u001B[0;${next}m`
    style = next
    line += cell.text
  }
  return style === '' ? line : `${line}\u001B[m`
}
