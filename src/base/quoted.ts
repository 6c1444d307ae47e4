const LIMIT = 60

/**
 * A value for an error message: text in quotes and cut to 60 characters, a number bare. Control characters are escaped, so that text from
 * outside cannot control the terminal.
 */
export function quoted(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const characters = Array.from(value.slice(0, 2 * LIMIT))
  const cut = value.length > 2 * LIMIT || characters.length > LIMIT
  const shown = characters.slice(0, LIMIT).join('').replace(UNPRINTABLE, escaped)
  return `"${shown}${cut ? '…' : ''}"`
}

/** Control and format characters, line separators, lone surrogates; the quote and the backslash. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"\\]/gu

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
