import { escaped } from '../text/safe.ts'

/**
 * Characters that XML 1.0 (section 2.2) cannot contain: most control characters, lone surrogates, U+FFFE and U+FFFF. Also the invisible
 * ones that it can contain: the other control characters, format characters (bidi controls, zero widths) and line separators.
 */
const UNWRITABLE = /(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Also breaks up `]]>`, which text must not contain.
  '>': '&gt;',
  '"': '&quot;',
  // A reader replaces these by spaces or newlines unless they are character references (section 3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Escapes text for an attribute in double quotes. A character that XML cannot contain becomes `\xNN` or `\u{NNNN}`. */
export function xmlAttribute(text: string): string {
  return writable(text).replace(/[&<>"\t\n\r]/gu, character => ENTITIES[character] ?? character)
}

/** Escapes text for an element. Line breaks are kept. */
export function xmlText(text: string): string {
  return writable(text).replace(/[&<>\r]/gu, character => ENTITIES[character] ?? character)
}

function writable(text: string): string {
  return text.replace(UNWRITABLE, escaped)
}
