import { eastAsianWidth } from 'get-east-asian-width'

const SGR = /\p{Cc}\[[\d;]*m/gu
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u

/** The columns of a text in a terminal. Colour codes have no width. */
export function displayWidth(text: string): number {
  let columns = 0
  for (const character of text.replace(SGR, '')) columns += characterWidth(character)
  return columns
}

/** The columns of one character: 0, 1 or 2. */
export function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  return INVISIBLE.test(character) ? 0 : eastAsianWidth(code)
}

/** Text padded with spaces to a width; longer text is unchanged. */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'left' ? text + space : space + text
}

/** Shortens a text to a number of columns, with an ellipsis if it was longer. */
export function shortened(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let kept = ''
  let room = columns - 1
  for (const character of text) {
    room -= characterWidth(character)
    if (room < 0) break
    kept += character
  }
  return `${kept}…`
}
