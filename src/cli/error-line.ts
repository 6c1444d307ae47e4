import { type Excerpt, UdptoolError } from '../base/error.ts'
import { printable } from '../report/text/safe.ts'
import { characterWidth, displayWidth } from '../report/text/width.ts'

/** The most columns of an excerpt, its indentation not counted. */
const EXCERPT_WIDTH = 100

/**
 * An error in one line: what was tried, why it failed, and what to do. Two more show where the mistake is, if the error
 * knows. With `debug`, the stack too.
 */
export function errorLine(error: unknown, debug: boolean): string {
  const message = hasNoDescriptors(error)
    ? 'cannot go on: no file descriptors are left — raise the limit (ulimit -n 1024)'
    : error instanceof Error
      ? error.message
      : String(error)
  const hint = error instanceof UdptoolError && error.hint !== undefined ? ` — ${error.hint}` : ''
  const place = error instanceof UdptoolError && error.excerpt !== undefined ? excerptLines(error.excerpt) : ''
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `udptool: ${printable(`${message}${hint}`.replaceAll(/\s*\n\s*/g, ' '))}${place}${stack}\n`
}

/** An error of Node itself, such as one of a module that was to be loaded late; our own errors name what they could not open. */
function hasNoDescriptors(error: unknown): boolean {
  if (error instanceof UdptoolError || !(error instanceof Error) || !('code' in error)) return false
  return error.code === 'EMFILE' || error.code === 'ENFILE'
}

/** What was written, and below it a caret at the mistake; of a long text, what is around the caret. */
function excerptLines({ text, column }: Excerpt): string {
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
