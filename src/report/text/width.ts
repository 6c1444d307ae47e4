const SGR = /\p{Cc}\[[\d;]*m/gu
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u
const EMOJI = /\p{Emoji_Presentation}/u

/** Blocks of characters two columns wide (East Asian Wide and Fullwidth). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
]

/** The columns that a text takes in a terminal; colour takes none. */
export function displayWidth(text: string): number {
  let columns = 0
  for (const character of text.replace(SGR, '')) columns += characterWidth(character)
  return columns
}

/** The columns of one character: 0, 1 or 2. */
export function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (INVISIBLE.test(character)) return 0
  return EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

/** Text filled with spaces to a width; longer text is left as it is. */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'left' ? text + space : space + text
}

/** As much of a text as fits into so many columns; an ellipsis stands for the rest. */
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
