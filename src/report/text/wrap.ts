import { characterWidth, displayWidth } from './width.ts'

/** Han, kana and full-width punctuation: a line may break between two of them. */
const EAST_ASIAN = /[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]/u
/** A unit that is not broken: an East Asian character with the marks that must not begin or end a line, or a word. */
const PLACE =
  /[（《「『【“]*(?!（)[\u2e80-\u2fff\u3020-\u9fff\uf900-\ufaff\uff01-\uff60][，。、；：！？）》」』】”…]*|[（《「『【“]*[^\s\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60“”]+[，。、；：！？）》」』】”…]*|\s+|./gu

/**
 * Wraps plain text to lines of at most `width` columns at spaces. A longer word is broken. Chinese text may break between any two
 * characters, but no line begins with a closing mark.
 */
export function wrap(text: string, width: number): string[] {
  if (EAST_ASIAN.test(text)) return flow(text.match(PLACE) ?? [], '', width).map(line => line.trimStart())
  return flow(text.split(' '), ' ', width)
}

/** Joins parts by a separator and wraps them to `width` columns. A line breaks between parts if possible, else inside one. */
export function flow(parts: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const part of parts) {
    const joined: string = line === undefined ? part : `${line}${separator}${part}`
    if (displayWidth(joined) <= width) {
      line = joined
      continue
    }
    if (line !== undefined) lines.push(line)
    const broken: string[] =
      displayWidth(part) <= width ? [part] : separator.trim() === '' ? chopped(part, width) : wrap(part, width)
    line = broken.pop() ?? ''
    lines.push(...broken)
  }
  if (line !== undefined) lines.push(line)
  return lines.map(text => text.trimEnd())
}

/** Cuts a long word into pieces. */
function chopped(word: string, width: number): string[] {
  const pieces: string[] = []
  let piece = ''
  let columns = 0
  for (const character of word) {
    const wide = characterWidth(character)
    if (columns + wide > width && piece !== '') {
      pieces.push(piece)
      piece = ''
      columns = 0
    }
    piece += character
    columns += wide
  }
  pieces.push(piece)
  return pieces
}
