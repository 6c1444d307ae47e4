import { usage } from './error.ts'

/** The longest string of V8 on a 64-bit machine, in UTF-16 units. */
const LONGEST_TEXT = 2 ** 29 - 24
const LINE_FEED = 0x0a

/**
 * The text of a file: UTF-8, with or without a byte order mark, or UTF-16 with one, as PowerShell's `>` writes it. Throws a `usage` error for
 * any other encoding; `name` is the name of the file.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes.length > LONGEST_TEXT) throw usage(`${name} is larger than 512 MiB`, 'give a smaller file')
  const { encoding, mark } = encodingOf(bytes, name)
  const body = bytes.subarray(mark)
  if (encoding === 'utf-8') return utf8(body) ?? invalidUtf8(body, name)
  const text = utf16(encoding === 'utf-16be' ? swapped(body) : body)
  if (text === undefined) throw usage(`${name} is not valid UTF-16`, 'save it as UTF-8')
  return text
}

/** The lines of such a file, without their line feeds. UTF-8 is decoded line by line, so the file may be longer than a string can be. */
export function* decodeLines(bytes: Uint8Array, name: string): Iterable<string> {
  const { encoding, mark } = encodingOf(bytes, name)
  if (encoding !== 'utf-8') {
    yield* decodeText(bytes, name).split('\n')
    return
  }
  for (const { line } of linesOf(bytes.subarray(mark))) {
    const text = line.length > LONGEST_TEXT ? undefined : utf8(line)
    yield text ?? invalidUtf8(bytes.subarray(mark), name)
  }
}

/** The first line of such a file, or of its first bytes; empty if it is not text. */
export function firstLine(bytes: Uint8Array): string {
  try {
    const [first = ''] = decodeLines(bytes, '')
    return first
  } catch {
    return ''
  }
}

interface Encoding {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'
  /** Length of the byte order mark in bytes. */
  readonly mark: number
}

/** Detects the encoding by the byte order mark (RFC 2781 section 4.3, RFC 3629 section 6). */
function encodingOf(bytes: Uint8Array, name: string): Encoding {
  const [a, b, c, d] = bytes
  const isUtf32 = (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)
  if (isUtf32) throw usage(`${name} is UTF-32`, 'save it as UTF-8')
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', mark: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', mark: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', mark: 2 }
  // No valid input has a NUL as its first or second character.
  if (bytes.length > 1 && (a === 0) !== (b === 0))
    throw usage(`${name} looks like UTF-16 without a byte order mark`, 'save it as UTF-8')
  return { encoding: 'utf-8', mark: 0 }
}

function utf8(bytes: Uint8Array): string | undefined {
  return decoded('utf-8', bytes)
}

function utf16(bytes: Uint8Array): string | undefined {
  return decoded('utf-16le', bytes)
}

function decoded(encoding: 'utf-8' | 'utf-16le', bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Swaps the bytes of each UTF-16 unit: big endian to little endian. */
function swapped(bytes: Uint8Array): Uint8Array {
  const other = Uint8Array.from(bytes)
  for (let at = 0; at + 1 < other.length; at += 2) other.set([bytes[at + 1] ?? 0, bytes[at] ?? 0], at)
  return other
}

function* linesOf(bytes: Uint8Array): Iterable<{ readonly line: Uint8Array; readonly number: number }> {
  let start = 0
  for (let number = 1; start <= bytes.length; number++) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found < 0 ? bytes.length : found
    yield { line: bytes.subarray(start, end), number }
    start = end + 1
  }
}

/** Throws an error with the place of the first byte that is not UTF-8: line and column from 1. */
function invalidUtf8(bytes: Uint8Array, name: string): never {
  for (const { line, number } of linesOf(bytes)) {
    if (line.length <= LONGEST_TEXT && utf8(line) !== undefined) continue
    throw usage(`${name}:${number}:${invalidColumn(line)}: this is not UTF-8`, 'save it as UTF-8')
  }
  throw usage(`${name} is not UTF-8`, 'save it as UTF-8')
}

function invalidColumn(line: Uint8Array): number {
  const encoder = new TextEncoder()
  let column = 1
  let at = 0
  for (const character of new TextDecoder('utf-8', { ignoreBOM: true }).decode(line.subarray(0, 1 << 20))) {
    const right = encoder.encode(character)
    if (right.some((byte, i) => line[at + i] !== byte)) return column
    at += right.length
    column += character.length
  }
  return column
}
