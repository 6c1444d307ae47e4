import type { Excerpt } from '../base/error.ts'
import { printable } from '../report/text/safe.ts'
import { characterWidth, displayWidth } from '../report/text/width.ts'

/** The most columns of an excerpt, its indentation not counted. */
const EXCERPT_WIDTH = 100

/** What was written, and below it a caret at the mistake; of a long text, what is around the caret. */
export function excerptLines({ text, column }: Excerpt): string {
  // Each side is made printable alone: escapes are longer than what they stand for, and the caret must not move.
  const before = printable(text.slice(0, column))
  const after = printable(text.slice(column))
  const half = EXCERPT_WIDTH / 2
  const left = cut(Array.from(before).toReversed(), Math.max(half, EXCERPT_WIDTH - displayWidth(after)))
    .toReversed()
    .join('')
  const right = cut(Array.from(after), EXCERPT_WIDTH - displayWidth(left)).join('')
  return `\n  ${left}${right}\n  ${' '.repeat(displayWidth(left))}^`
}

/** As many characters as fit into so many columns; where some do not, an ellipsis stands for them. */
function cut(characters: readonly string[], columns: number): readonly string[] {
  if (displayWidth(characters.join('')) <= columns) return characters
  const kept: string[] = []
  let room = columns - displayWidth('…')
  for (const character of characters) {
    room -= characterWidth(character)
    if (room < 0) break
    kept.push(character)
  }
  return [...kept, '…']
}
