/** Longest label and longest name on the wire, with its length bytes (RFC 1035 section 2.3.4). */
const MAX_LABEL = 63
const MAX_NAME = 255

/**
 * The bytes of a name without compression (RFC 1035 section 3.1), or undefined if the text is no name. The text is as in a zone file
 * (section 5.1): A-labels, with or without the final dot; `\.` and `\032` for bytes that have a meaning; `.` is the root.
 */
export function encodeName(text: string): Uint8Array | undefined {
  if (text === '.') return Uint8Array.of(0)
  const labels = labelsOf(text)
  if (labels === undefined) return undefined
  const bytes: number[] = []
  for (const label of labels) {
    if (label.length === 0 || label.length > MAX_LABEL) return undefined
    bytes.push(label.length, ...label)
  }
  bytes.push(0)
  return bytes.length <= MAX_NAME ? Uint8Array.from(bytes) : undefined
}

/** The labels of a text as bytes. Undefined if an escape is wrong or a character is not ASCII. */
function labelsOf(text: string): number[][] | undefined {
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
      const escape = /^(?:(\d{3})|([^\d]))/.exec(text.slice(at + 1, at + 4))
      if (escape === null) return undefined
      const value = escape[1] === undefined ? text.charCodeAt(at + 1) : Number(escape[1])
      label.push(value)
      at += escape[0].length
    } else label.push(text.charCodeAt(at))
  }
  if (!text.endsWith('.') || label.length > 0) labels.push(label)
  return labels.flat().every(value => value <= 0xff) ? labels : undefined
}
