/**
 * What XML 1.0 has no way to write (section 2.2): most control characters, halves of surrogate pairs, two that are no characters. And what it can
 * write, but no reader sees: the other control characters, format characters (bidi controls, zero widths) and line separators.
 */
const UNWRITABLE = /(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Also ends the `]]>` that no text may hold.
  '>': '&gt;',
  '"': '&quot;',
  // A reader turns these into spaces or newlines unless they stand as numbers (section 3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Text as an attribute in double quotes holds it. What cannot be written stands as `\xNN` or `\u{NNNN}`. */
export function xmlAttribute(text: string): string {
  return writable(text).replace(/[&<>"\t\n\r]/gu, character => ENTITIES[character] ?? character)
}

/** Text as an element holds it, its lines kept. */
export function xmlText(text: string): string {
  return writable(text).replace(/[&<>\r]/gu, character => ENTITIES[character] ?? character)
}

function writable(text: string): string {
  return text.replace(UNWRITABLE, character => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}
