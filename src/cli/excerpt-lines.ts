import type { Excerpt } from '../base/error.ts'
import { printable } from '../report/text/safe.ts'
import { characterWidth, displayWidth } from '../report/text/width.ts'

/** Width of an excerpt without its indentation. */
const EXCERPT_WIDTH = 100

/** The text with a caret below the mistake. Of a long text, only the part around the caret. */
export function excerptLines({ text, column }: Excerpt): string {
  // Make each side printable by itself: escapes are longer than the characters that they replace, and the caret must not move.
  const before = printable(text.slice(0, column))
  const after = printable(text.slice(column))
  const half = EXCERPT_WIDTH / 2
  const left = cut(Array.from(before).toReversed(), Math.max(half, EXCERPT_WIDTH - displayWidth(after)))
    .toReversed()
    .join('')
  const right = cut(Array.from(after), EXCERPT_WIDTH - displayWidth(left)).join('')
  return `\n  ${left}${right}\n  ${' '.repeat(displayWidth(left))}^`
}

/** As many characters as fit. If some do not, the text has an ellipsis. */
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
