import { uppercase } from './uppercase.ts'

/** The payload of a probe, after its header. */
export type PayloadKind = 'text' | 'binary' | 'zeros' | 'random' | 'file'

/**
 * A payload as a pure function of offset and sequence, so that any byte of any probe can be checked and none is stored. `at` is where the
 * datagram begins in `bytes`; `from` and `to` are offsets within the datagram, at most 65535; the payload normally begins at 117. `sequence` is
 * the whole number, not only its low 32 bits in the header.
 */
export interface Payload {
  readonly kind: PayloadKind
  /** Byte `offset` of the probe `sequence` is `table[shift(sequence) + offset]`. Read-only. */
  readonly table: Uint8Array
  shift(sequence: number): number
  /** Writes the payload's bytes from…to-1; throws a RangeError if `bytes` has no room for them. */
  write(bytes: Uint8Array, at: number, from: number, to: number, sequence: number): void
  /** The first offset in from…to-1 at which the datagram differs from the payload, or -1. */
  differsAt(bytes: Uint8Array, at: number, from: number, to: number, sequence: number): number
  /** As `differsAt`, against the payload with its ASCII letters uppercased. */
  differsUpperAt(bytes: Uint8Array, at: number, from: number, to: number, sequence: number): number
}

/** Offset of the first payload byte: where the content of a file begins. */
const PAYLOAD_AT = 117
/** Offsets go up to here: a UDP datagram's length has 16 bits. */
const LONGEST = 65_535
/** The pattern repeats after this many bytes: a prime, so that it aligns with no common block size. */
const PERIOD = 4093
/** The pattern shifts by this many bytes per probe, so that a payload under another sequence is detected. */
const STEP = 61
/** The text has one word in each block of this many bytes. */
const BLOCK = 32
const WORD_AT = 14
const WORDS = 'echo ping pong wire port host byte loop hops path link node sent late lost rate'.split(' ')
/** ASCII besides letters that a text decoder, a shell or a terminal leaves unchanged; mostly digits and spaces. */
const SIGNS = '012345678901234567890123456789    .,:;+-*/=()#%@!?'

interface Tables {
  readonly plain: DataView
  readonly upper: DataView
  /** 0: every probe carries the same bytes. Otherwise the period of the table. */
  readonly period: number
}

/** Text, binary and zeros never vary: made on first use, then shared. */
const shared = new Map<PayloadKind, Tables>()

/**
 * The payload of one kind: `byte(offset) = TABLE[(offset + 61·sequence) mod 4093]`, where TABLE is
 * - `text`: digits, spaces and punctuation, with one lower-case word of four letters in every 32 bytes;
 * - `binary`: shuffled runs of all 256 values;
 * - `random`: 4093 bytes from the seed (splitmix32, the high byte of each word).
 * `zeros` is 0x00 everywhere. `file` repeats the content from offset 117 on, the same in every probe.
 * @param options `seed`: for `random`, its low 32 bits, 1 by default · `content`: for `file`, copied
 * @throws RangeError if `kind` is `file` and there is no content
 */
export function createPayload(
  kind: PayloadKind,
  options: { readonly seed?: number | undefined; readonly content?: Uint8Array | undefined } = {},
): Payload {
  const { plain, upper, period } = tablesFor(kind, options.seed ?? 1, options.content)
  const table = new Uint8Array(plain.buffer)
  return {
    kind,
    table,
    shift: sequence => shiftOf(sequence, period),
    write(bytes, at, from, to, sequence) {
      if (from >= to) return
      const shift = shiftOf(sequence, period)
      bytes.set(table.subarray(shift + from, shift + to), at + from)
    },
    differsAt: (bytes, at, from, to, sequence) => compare(bytes, at, from, to, plain, shiftOf(sequence, period)),
    differsUpperAt: (bytes, at, from, to, sequence) => compare(bytes, at, from, to, upper, shiftOf(sequence, period)),
  }
}

/** The position of the datagram's offset 0 in the long table. The remainder comes first: 61·sequence may exceed 2^53. */
function shiftOf(sequence: number, period: number): number {
  return period === 0 ? 0 : (STEP * (sequence % period)) % period
}

/** The view of the last buffer: an engine passes the same arena each time. It keeps at most one buffer alive. */
let viewOf: ArrayBufferLike | undefined
let view: DataView = new DataView(new ArrayBuffer(0))

function compare(bytes: Uint8Array, at: number, from: number, to: number, table: DataView, shift: number): number {
  if (bytes.buffer !== viewOf) {
    viewOf = bytes.buffer
    view = new DataView(bytes.buffer)
  }
  const start = bytes.byteOffset + at
  // Bound the reads by the datagram and the table, even if the caller's range is too large.
  const end = Math.min(to, bytes.length - at, LONGEST)
  let i = from
  for (const last = end - 4; i <= last; i += 4) if (view.getInt32(start + i) !== table.getInt32(shift + i)) break
  for (; i < end; i++) if (view.getUint8(start + i) !== table.getUint8(shift + i)) return i
  return i < to ? i : -1
}

function tablesFor(kind: PayloadKind, seed: number, content: Uint8Array | undefined): Tables {
  if (kind === 'random') return periodic(randomTable(seed))
  if (kind === 'file') return fixed(fileTable(content ?? new Uint8Array(0)))
  const known = shared.get(kind)
  if (known !== undefined) return known
  const made = kind === 'text' ? periodic(textTable()) : kind === 'binary' ? periodic(binaryTable()) : zeros()
  shared.set(kind, made)
  return made
}

/** The table repeated until any datagram is one contiguous range of it, for every shift. */
function periodic(table: Uint8Array): Tables {
  const long = new Uint8Array(PERIOD + LONGEST)
  for (let i = 0; i < long.length; i += PERIOD) long.set(table.subarray(0, long.length - i), i)
  return { ...fixed(long), period: PERIOD }
}

function fixed(long: Uint8Array<ArrayBuffer>): Tables {
  const upper = long.slice()
  uppercase(upper, 0, upper.length)
  return { plain: new DataView(long.buffer), upper: new DataView(upper.buffer), period: 0 }
}

function zeros(): Tables {
  const plain = new DataView(new ArrayBuffer(LONGEST))
  return { plain, upper: plain, period: 0 }
}

function fileTable(content: Uint8Array): Uint8Array<ArrayBuffer> {
  if (content.length === 0) throw new RangeError('the payload file is empty')
  const long = new Uint8Array(LONGEST)
  for (let i = PAYLOAD_AT; i < LONGEST; i += content.length) long.set(content.subarray(0, LONGEST - i), i)
  // Bytes before the payload are never sent, but the function is defined there too: the cycle extends backwards.
  for (let i = 1; i <= PAYLOAD_AT; i++) {
    long[PAYLOAD_AT - i] = content[(content.length - (i % content.length)) % content.length] as number
  }
  return long
}

function textTable(): Uint8Array {
  const next = splitmix32(0x55445431)
  const table = Uint8Array.from({ length: PERIOD }, () => SIGNS.charCodeAt(next() % SIGNS.length))
  for (let at = WORD_AT; at < PERIOD; at += BLOCK) {
    const word = WORDS[next() % WORDS.length] as string
    for (let i = 0; i < word.length; i++) table[at + i] = word.charCodeAt(i)
  }
  return table
}

/** Every block of 256 bytes is another permutation of all 256 values (Fisher–Yates). */
function binaryTable(): Uint8Array {
  const next = splitmix32(0x31544455)
  const values = Uint8Array.from({ length: 256 }, (_, value) => value)
  const table = new Uint8Array(PERIOD)
  for (let at = 0; at < PERIOD; at += values.length) {
    for (let last = values.length - 1; last > 0; last--) {
      const other = next() % (last + 1)
      const value = values[last] as number
      values[last] = values[other] as number
      values[other] = value
    }
    table.set(values.subarray(0, PERIOD - at), at)
  }
  return table
}

function randomTable(seed: number): Uint8Array {
  const next = splitmix32(seed)
  return Uint8Array.from({ length: PERIOD }, () => next() >>> 24)
}

/**
 * splitmix32: the state grows by the golden ratio of 2^32, and each state is mixed by a 32-bit hash ("lowbias32" family). Every seed is valid,
 * 0 included. Each call returns the next unsigned 32-bit integer.
 */
function splitmix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return (word ^ (word >>> 15)) >>> 0
  }
}
