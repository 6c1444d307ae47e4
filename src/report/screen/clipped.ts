import { shortened } from '../text/width.ts'

/** A sentence of at most `columns` columns. It is never cut inside or after a number: a part of one would be another number. */
export function clippedSentence(text: string, columns: number): string {
  const short = shortened(text, columns)
  return short === text ? text : short.replace(/\s*\S*\d\S*…$/u, '…')
}

/** A name of at most `columns` columns, not cut inside a number. */
export function clippedName(text: string, columns: number): string {
  const short = shortened(text, columns)
  return short === text ? text : short.replace(/\d+…$/u, '…')
}
