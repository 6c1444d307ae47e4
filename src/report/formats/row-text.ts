import { PROBE_COLUMNS, type ProbeRow } from '../../verdict/probe-row.ts'
import { rounded } from '../text/rounded.ts'
import { printable, printableJson } from '../text/safe.ts'

/** The formats with a row for each probe. */
export type RowFormat = 'csv' | 'ndjson'

/** Room for a row with all its numbers and fixed texts. */
const ROW_ROOM = 1024
const FIRST_ROOM = 1 << 16
/** From here on a time in ms has more digits than the exact decimal form of a number can show. */
const EXACT_MS = 1e9
const NANOS_A_MS = 1e6
const FRACTION_DIGITS = 6
const ZERO = 48
const POINT = 46
const LINE_FEED = 10

/**
 * The text of probes, one line each, as bytes. It writes digits itself, because a run may settle hundreds of thousands of probes a second and
 * its rows are written while it goes on (docs/performance.md). Numbers and texts are those of the JSON document (`rounded`, `printable`).
 */
export class RowText {
  /** What stands before the rows. */
  readonly head: string
  readonly #isJson: boolean
  /** For each column what stands before its value, for the first one of a row and for the others. */
  readonly #names: readonly Uint8Array[]
  readonly #encoder = new TextEncoder()
  /** Texts of the columns `fate` and `side`, which are few. */
  readonly #texts = new Map<string, Uint8Array>()
  #bytes = new Uint8Array(FIRST_ROOM)
  #length = 0

  constructor(format: RowFormat) {
    this.#isJson = format === 'ndjson'
    this.head = this.#isJson ? '' : `${PROBE_COLUMNS.join(',')}\n`
    this.#names = PROBE_COLUMNS.map((column, place) => {
      const comma = place === 0 ? '' : ','
      return this.#encoder.encode(this.#isJson ? `${place === 0 ? '{' : ','}"${column}":` : comma)
    })
  }

  /** Number of bytes that were not taken yet. */
  get length(): number {
    return this.#length
  }

  /** Adds the line of a probe. */
  add(row: ProbeRow): void {
    this.#makeRoom(ROW_ROOM)
    this.#addCount(0, row.seq)
    this.#addCount(1, row.client)
    this.#addCount(2, row.size)
    this.#addTime(3, row.sentMs)
    this.#addText(4, row.fate)
    this.#addTime(5, row.rttMs)
    this.#addTime(6, row.arrivedMs)
    this.#addTime(7, row.scheduledMs)
    this.#addCount(8, row.copies)
    this.#addCount(9, row.cutAt)
    this.#addText(10, row.side)
    this.#addDetail(11, row.detail)
    if (this.#isJson) this.#bytes[this.#length++] = 0x7d
    this.#bytes[this.#length++] = LINE_FEED
  }

  /** The lines since the last call. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  /** Begins a column. False if it has no value. */
  #begin(place: number, value: unknown): boolean {
    const isAbsent = value === undefined
    if (!isAbsent || !this.#isJson) this.#put(this.#names[place])
    return !isAbsent
  }

  #addCount(place: number, value: number | undefined): void {
    if (!this.#begin(place, value) || value === undefined) return
    if (value >= 0 && value < 0x80000000 && Number.isInteger(value)) this.#putDigits(value)
    else this.#putAscii(String(value))
  }

  #addTime(place: number, value: number | undefined): void {
    const isFinite = value !== undefined && Number.isFinite(value)
    if (!this.#begin(place, isFinite ? value : undefined) || value === undefined) return
    if (value < 0 || value >= EXACT_MS) {
      this.#putAscii(String(rounded(value, 'Ms')))
      return
    }
    const nanos = Math.round(value * NANOS_A_MS)
    const whole = Math.floor(nanos / NANOS_A_MS)
    this.#putDigits(whole)
    let fraction = nanos - whole * NANOS_A_MS
    if (fraction === 0) return
    const bytes = this.#bytes
    bytes[this.#length] = POINT
    for (let at = this.#length + FRACTION_DIGITS; at > this.#length; at--) {
      const tenth = Math.trunc(fraction / 10)
      bytes[at] = ZERO + fraction - tenth * 10
      fraction = tenth
    }
    this.#length += FRACTION_DIGITS + 1
    while (bytes[this.#length - 1] === ZERO) this.#length -= 1
  }

  #addText(place: number, value: string | undefined): void {
    if (!this.#begin(place, value) || value === undefined) return
    let bytes = this.#texts.get(value)
    if (bytes === undefined) this.#texts.set(value, (bytes = this.#encoder.encode(this.#quoted(value))))
    this.#put(bytes)
  }

  #addDetail(place: number, value: string | undefined): void {
    if (!this.#begin(place, value) || value === undefined) return
    const bytes = this.#encoder.encode(this.#quoted(value))
    this.#makeRoom(bytes.length + ROW_ROOM)
    this.#put(bytes)
  }

  /** Quoted as in JSON, or by RFC 4180. */
  #quoted(value: string): string {
    if (this.#isJson) return printableJson(JSON.stringify(value))
    const text = printable(value)
    return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }

  #put(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return
    // `set` costs more than this loop for texts as short as these.
    for (let at = 0; at < bytes.length; at++) this.#bytes[this.#length + at] = bytes[at] ?? 0
    this.#length += bytes.length
  }

  #putAscii(text: string): void {
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at)
  }

  /** @param value below 2³¹ */
  #putDigits(value: number): void {
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits += 1
    let rest = value | 0
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tenth = (rest / 10) | 0
      this.#bytes[at] = ZERO + rest - tenth * 10
      rest = tenth
    }
    this.#length += digits
  }

  #makeRoom(most: number): void {
    if (this.#length + most <= this.#bytes.length) return
    const bytes = new Uint8Array(2 * this.#bytes.length + most)
    bytes.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = bytes
  }
}

/** The text of these probes, in chunks of whole lines. */
export function* rowChunks(format: RowFormat, rows: Iterable<ProbeRow>): Iterable<string> {
  const text = new RowText(format)
  const decoder = new TextDecoder()
  if (text.head !== '') yield text.head
  for (const row of rows) {
    text.add(row)
    if (text.length >= FIRST_ROOM / 2) yield decoder.decode(text.take())
  }
  if (text.length > 0) yield decoder.decode(text.take())
}
