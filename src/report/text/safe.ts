import { jsonWithoutLogCommands } from '../../base/log-commands.ts'

/**
 * What steers a terminal or hides in a line: control characters (C0, DEL, C1, so every escape sequence), format
 * characters (bidi controls, zero widths), line separators, lone surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Text from a stranger, made printable: unprintable characters stand as `\xNN` or `\u{NNNN}`. A safe text is unchanged. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

/** A copy of a document with every text made printable, so that no renderer has to. */
export function printableDocument<T>(document: T): T {
  return copied(document) as T
}

/** JSON text with its unprintable characters as `\uNNNN`: the same document, and nothing in it reaches a terminal raw, or is an instruction to a CI. */
export function printableJson(json: string): string {
  const safe = json.replace(UNPRINTABLE, character => (character === '\n' ? character : unicodeEscapes(character)))
  return jsonWithoutLogCommands(safe)
}

function copied(value: unknown): unknown {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(copied)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printable(key), copied(inner)]))
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** One for each UTF-16 unit, as JSON wants it. */
function unicodeEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }).join('')
}
