/** The parts of a SIP message (RFC 3261 section 7) that a client needs to match a response. */
export interface SipMessage {
  /** The values of a header field, in order. Names are lower-case and in their long form. Only the fields below are kept. */
  readonly fields: ReadonlyMap<string, readonly string[]>
  /** Bytes after the empty line. */
  readonly bodyLength: number
}

/** The header fields that are kept, with their compact forms (RFC 3261 section 7.3.3). */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['via', 'via'],
  ['v', 'via'],
  ['from', 'from'],
  ['f', 'from'],
  ['call-id', 'call-id'],
  ['i', 'call-id'],
  ['content-length', 'content-length'],
  ['l', 'content-length'],
  ['cseq', 'cseq'],
  ['server', 'server'],
  ['user-agent', 'user-agent'],
  ['allow', 'allow'],
])

const [LF, CR] = [0x0a, 0x0d]
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

/** The first line, without its line end. */
export function readStartLine(datagram: Uint8Array): string {
  const end = datagram.indexOf(LF)
  const line = DECODER.decode(datagram.subarray(0, end < 0 ? datagram.length : end))
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Reads what follows the start line. A lone LF ends a line too. Undefined without the empty line that ends the header. */
export function readSipMessage(datagram: Uint8Array): SipMessage | undefined {
  const bodyAt = endOfHeader(datagram)
  if (bodyAt === undefined) return undefined
  const fields = new Map<string, string[]>()
  for (const line of unfolded(DECODER.decode(datagram.subarray(0, bodyAt)))) {
    const colon = line.indexOf(':')
    const name = FIELDS.get(line.slice(0, Math.max(colon, 0)).trim().toLowerCase())
    // RFC 3261 section 8.1.3: a malformed field that is not needed is no reason to refuse the message.
    if (name === undefined) continue
    const values = fields.get(name) ?? []
    values.push(line.slice(colon + 1).trim())
    fields.set(name, values)
  }
  return { fields, bodyLength: datagram.length - bodyAt }
}

function endOfHeader(datagram: Uint8Array): number | undefined {
  for (let at = datagram.indexOf(LF); at >= 0; at = datagram.indexOf(LF, at + 1)) {
    const next = datagram[at + 1] === CR ? at + 2 : at + 1
    if (datagram[next] === LF) return next + 1
  }
  return undefined
}

/** The lines after the start line. A line that begins with white space continues the one before (RFC 3261 section 7.3.1). */
function unfolded(header: string): readonly string[] {
  const lines: string[] = []
  for (const line of header.split(/\r?\n/)) {
    const last = lines.length - 1
    if (/^[ \t]/.test(line) && last >= 0) lines[last] += ` ${line.trim()}`
    else lines.push(line)
  }
  return lines.slice(1)
}

/** The parts of a header value between separators that are neither in a quoted string nor in angle brackets (RFC 3261 section 25.1). */
export function splitValue(value: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = []
  let [start, quoted, inBrackets] = [0, false, false]
  for (let at = 0; at < value.length; at++) {
    const character = value[at]
    if (quoted) {
      if (character === '\\') at++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '<') inBrackets = true
    else if (character === '>') inBrackets = false
    else if (character === separator && !inBrackets) {
      parts.push(value.slice(start, at).trim())
      start = at + 1
    }
  }
  parts.push(value.slice(start).trim())
  return parts
}

/** The value of a parameter after a semicolon: `branch` of a Via value, `tag` of From. Names are case-insensitive. */
export function parameterOf(value: string, name: string): string | undefined {
  for (const part of splitValue(value, ';').slice(1)) {
    const equals = part.indexOf('=')
    if (equals >= 0 && part.slice(0, equals).trim().toLowerCase() === name) return part.slice(equals + 1).trim()
  }
  return undefined
}
