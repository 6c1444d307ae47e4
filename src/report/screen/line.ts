import { padded } from '../text/width.ts'
import type { Frame } from './frame.ts'
import type { Style } from './style.ts'

/** A piece of a line with one style. */
export interface Piece {
  readonly text: string
  readonly style?: Style
}

/** A line of the screen. */
export type Line = readonly Piece[]

/** Writes a line and returns the column after it. */
export function writeLine(frame: Frame, row: number, column: number, line: Line, end = frame.width): number {
  return line.reduce((at, { text, style }) => frame.write(row, at, text, style, end), column)
}

/** A piece with its text at the right edge of a column. */
export function right({ text, style = 'plain' }: Piece, width: number): Piece {
  return { text: padded(text, width, 'right'), style }
}
