import { escapeBytes } from './text.ts'

/** Longest label and longest name on the wire, with its length bytes (RFC 1035 section 2.3.4). */
const MAX_LABEL = 63
const MAX_NAME = 255

/** The bytes with a meaning of their own in the name of a zone file (RFC 1035 section 5.1). */
const SPECIAL = '."\\();@$'

/**
 * The bytes of a name without compression (RFC 1035 section 3.1), or undefined if the text is no name. The text is as in a zone file
 * (section 5.1): A-labels, with or without the final dot; `\.` and `\032` for bytes that have a meaning; `.` is the root.
 */
export function encodeName(text: string): Uint8Array | undefined {
  if (text === '.') return Uint8Array.of(0)
  const labels = parseLabels(text)
  if (labels === undefined) return undefined
  const bytes: number[] = []
  for (const label of labels) {
    if (label.length === 0 || label.length > MAX_LABEL) return undefined
    bytes.push(label.length, ...label)
  }
  bytes.push(0)
  return bytes.length <= MAX_NAME ? Uint8Array.from(bytes) : undefined
}

/** Labels as a text with the final dot: `www.example.org.`. */
export function nameText(labels: readonly Uint8Array[]): string {
  return labels.length === 0 ? '.' : labels.map(label => `${escapeBytes(label, SPECIAL, 0x21)}.`).join('')
}

/** The labels of a text as bytes. Undefined if an escape is wrong or a character is not ASCII. */
function parseLabels(text: string): readonly (readonly number[])[] | undefined {
  // The longest escaped name has 4 characters for each byte.
  if (text === '' || text.length > 4 * MAX_NAME) return undefined
  const labels: number[][] = []
  let label: number[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '.') {
      labels.push(label)
      label = []
    } else if (character === '\\') {
      const escape = /^(?:\d{3}|\D)/.exec(text.slice(at + 1, at + 4))?.[0]
      if (escape === undefined) return undefined
      const value = escape.length === 3 ? Number(escape) : escape.charCodeAt(0)
      if (value > 0xff) return undefined
      label.push(value)
      at += escape.length
    } else {
      const code = text.charCodeAt(at)
      if (code > 0x7e || code < 0x21) return undefined
      label.push(code)
    }
  }
  return label.length > 0 ? [...labels, label] : labels
}
