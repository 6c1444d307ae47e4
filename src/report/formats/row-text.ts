import { PROBE_COLUMNS, type ProbeRow } from '../../verdict/probe-row.ts'
import { rounded } from '../text/rounded.ts'
import { printableJson } from '../text/safe.ts'
import { csvText } from './csv-field.ts'
import { putAscii, putBytes, putDigits, putTime } from './row-bytes.ts'

/** The formats with a row for each probe. */
export type RowFormat = 'csv' | 'ndjson'

/** Room for a row with all its numbers and fixed texts. */
const ROW_ROOM = 1024
const FIRST_ROOM = 1 << 16
const LINE_FEED = 10
const BRACE = 0x7d
/** Below this a count is a machine integer. */
const MOST_COUNT = 0x80000000
/** From here on a time in ms has more digits than the exact decimal form of a number can show. */
const EXACT_MS = 1e9

/**
 * The text of probes, one line each, as bytes. It writes digits itself, because a run may settle hundreds of thousands of probes a second and
 * its rows are written while it goes on. Numbers and texts are those of the JSON document (`rounded`, `printable`).
 */
export class RowText {
  /** What stands before the rows. */
  readonly head: string
  readonly #isJson: boolean
  /** For each column what stands before its value. */
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
    const detail = row.detail === undefined ? undefined : this.#encoder.encode(this.#quoted(row.detail))
    this.#makeRoom(ROW_ROOM + (detail?.length ?? 0))
    let at = this.#length
    at = this.#addCount(at, 0, row.seq)
    at = this.#addCount(at, 1, row.client)
    at = this.#addCount(at, 2, row.size)
    at = this.#addTime(at, 3, row.sentMs)
    at = this.#addText(at, 4, this.#known(row.fate))
    at = this.#addTime(at, 5, row.rttMs)
    at = this.#addTime(at, 6, row.arrivedMs)
    at = this.#addTime(at, 7, row.scheduledMs)
    at = this.#addCount(at, 8, row.copies)
    at = this.#addCount(at, 9, row.cutAt)
    at = this.#addText(at, 10, this.#known(row.side))
    at = this.#addText(at, 11, detail)
    if (this.#isJson) this.#bytes[at++] = BRACE
    this.#bytes[at++] = LINE_FEED
    this.#length = at
  }

  /** The lines since the last call. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  /** Writes what stands before a value, which in JSON is nothing if the value is absent. */
  #begin(at: number, place: number, isAbsent: boolean): number {
    const name = this.#names[place]
    return name === undefined || (isAbsent && this.#isJson) ? at : putBytes(this.#bytes, at, name)
  }

  #addCount(at: number, place: number, value: number | undefined): number {
    const begun = this.#begin(at, place, value === undefined)
    if (value === undefined) return begun
    const isCount = value >= 0 && value < MOST_COUNT && Number.isInteger(value)
    return isCount ? putDigits(this.#bytes, begun, value) : putAscii(this.#bytes, begun, String(value))
  }

  #addTime(at: number, place: number, value: number | undefined): number {
    if (value === undefined || !Number.isFinite(value)) return this.#begin(at, place, true)
    const begun = this.#begin(at, place, false)
    const isExact = value >= 0 && value < EXACT_MS
    return isExact ? putTime(this.#bytes, begun, value) : putAscii(this.#bytes, begun, String(rounded(value, 'Ms')))
  }

  #addText(at: number, place: number, text: Uint8Array | undefined): number {
    const begun = this.#begin(at, place, text === undefined)
    return text === undefined ? begun : putBytes(this.#bytes, begun, text)
  }

  #known(text: string | undefined): Uint8Array | undefined {
    if (text === undefined) return undefined
    let bytes = this.#texts.get(text)
    if (bytes === undefined) this.#texts.set(text, (bytes = this.#encoder.encode(this.#quoted(text))))
    return bytes
  }

  #quoted(value: string): string {
    return this.#isJson ? printableJson(JSON.stringify(value)) : csvText(value)
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
