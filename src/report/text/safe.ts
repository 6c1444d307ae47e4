import { jsonWithoutLogCommands } from '../../base/log-commands.ts'

/**
 * Characters that control a terminal or are invisible: control characters (C0, DEL, C1, so every escape sequence), format characters (bidi
 * controls, zero widths), line separators, lone surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Makes untrusted text printable: unprintable characters become `\xNN` or `\u{NNNN}`. Other text is unchanged. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

/** A copy of a document with every text made printable, so that renderers need not do it. */
export function printableDocument<T>(document: T): T {
  return copied(document) as T
}

/**
 * Writes the unprintable characters of JSON text as `\uNNNN`. The document stays the same, but the text cannot control a terminal or give
 * commands to a CI.
 */
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

/** `\xNN` or `\u{NNNN}`. */
export function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** One escape per UTF-16 unit, as in JSON. */
function unicodeEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }).join('')
}
