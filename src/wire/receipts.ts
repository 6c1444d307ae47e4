import { crc32 } from './crc32.ts'
import { blank, isBlank, readHex, writeHex } from './hex.ts'
import { checkedKind, KIND, readLength, readRun, readSequence, writeHeader } from './probe.ts'

/** The server's state of one sequence of a run, two bits each. `withheld` includes replies that it failed to send. */
export const RECEIPT = { notReceived: 0, received: 1, answered: 2, withheld: 3 } as const

/** Bytes of a receipts answer that carries no states: header 34, totals 82, from 8, count 8, check 8. */
export const RECEIPTS_OVERHEAD = 140

/** Bytes of the first receipts request of a run, which asks for totals only (count 0). */
export const TOTALS_LENGTH = 160

const TOTALS_AT = 34
const DROPS_AT = 98
const DROP_UNIT_AT = 106
const COMPLETE_AT = 108
const FROM_AT = 116
const COUNT_AT = 124
const STATES_AT = 132
const CHECK_SIZE = 8
/** A request is a header, from and count; the rest is room for the answer. */
const SHORTEST_REQUEST = 50
const MAX_8 = 0xffffffff
const MAX_2 = 0xff

/** Asks a server for the states of `count` sequences from `from` on. */
export interface ReceiptsRequest {
  /** The request's own number, which the answer repeats; modulo 2^32. */
  number: number
  /** The run in question; 32 bits. */
  run: number
  /** Bytes of the request, and the maximum of the answer. */
  length: number
  /** First sequence in question, modulo 2^32. */
  from: number
  /** Number of sequences in question; 0 asks for totals only. */
  count: number
}

/** The server's counts for one run. On the wire every value is capped at FFFFFFFF, which means "this many or more". */
export interface ReceiptsTotals {
  /** Different probes received. */
  distinct: number
  /** Further copies of probes received. */
  copies: number
  /** Probes that arrived damaged. */
  damaged: number
  /** Probes whose reply the server's kernel accepted. */
  answered: number
  /** Probes whose reply was withheld on purpose. */
  withheld: number
  /** Replies that the server's kernel refused. */
  sendFailed: number
  /** Replies that are still due (`--delay`). */
  pending: number
  /** Datagrams of other clients on the same socket. */
  strangers: number
  /** The socket's drop counter; undefined if it cannot be read. */
  drops: number | undefined
  /** Number of datagrams that one drop may represent, 0…255; undefined if unknown. */
  dropUnit: number | undefined
  /** How long no memory of this run was lost, in whole ms, rounded down. */
  completeMs: number
}

/** A server's answer: its totals, and the state of each sequence that fits. */
export interface ReceiptsAnswer {
  /** Number of the request that it answers. */
  number: number
  run: number
  totals: ReceiptsTotals
  /** First sequence, modulo 2^32. */
  from: number
  /** Sequences covered: those requested, or as many as fit. */
  count: number
  /** One of {@link RECEIPT} per sequence; `count` of them. */
  states: Uint8Array
}

/** How many sequences fit in a receipts answer of `length` bytes. */
export function receiptsCapacity(length: number): number {
  return Math.max(0, 2 * (length - RECEIPTS_OVERHEAD))
}

/** Bytes of the longest answer to a request: all requested sequences, or as many as fit. */
export function receiptsAnswerLength({ length, count }: ReceiptsRequest): number {
  return RECEIPTS_OVERHEAD + Math.ceil(Math.min(count, receiptsCapacity(length)) / 2)
}

/**
 * Writes a receipts request (kind `S`) to `bytes[at …]`, padded with `-` to its length: the answer may not be longer.
 * @returns bytes written: `request.length`, or 0 and nothing written if that is below 50, too short for the fields
 */
export function writeReceiptsRequest(bytes: Uint8Array, at: number, request: ReceiptsRequest): number {
  const { length } = request
  if (length < SHORTEST_REQUEST) return 0
  writeHeader(bytes, at, length, KIND.request, request.number, request.run, length)
  writeHex(bytes, at + 34, 8, request.from)
  writeHex(bytes, at + 42, 8, within(request.count, MAX_8))
  blank(bytes, at + SHORTEST_REQUEST, length - SHORTEST_REQUEST)
  return length
}

/**
 * The receipts request of `size` bytes at `at`; undefined unless it is whole, with a right check and well-formed. The
 * check does not cover `from` and `count`: the answer repeats them, and the client compares.
 */
export function readReceiptsRequest(bytes: Uint8Array, at: number, size: number): ReceiptsRequest | undefined {
  if (size < SHORTEST_REQUEST || checkedKind(bytes, at, size) !== KIND.request) return undefined
  const length = readLength(bytes, at)
  const from = readHex(bytes, at + 34, 8)
  const count = readHex(bytes, at + 42, 8)
  if (length !== size || from < 0 || count < 0) return undefined
  return { number: readSequence(bytes, at), run: readRun(bytes, at), length, from, count }
}

/**
 * Writes the answer (kind `T`) to `request` at `bytes[at …]`, where `request.length` bytes must be free. It may overwrite its request. The
 * count is reduced to what fits.
 * @param state one of {@link RECEIPT} for a sequence modulo 2^32
 * @returns bytes written, never more than `request.length`; 0 and nothing written if that has no room for the totals
 */
export function writeReceiptsAnswer(
  bytes: Uint8Array,
  at: number,
  request: ReceiptsRequest,
  totals: ReceiptsTotals,
  state: (sequence: number) => number,
): number {
  if (request.length < RECEIPTS_OVERHEAD) return 0
  const count = Math.min(within(request.count, MAX_8), receiptsCapacity(request.length))
  const digits = Math.ceil(count / 2)
  const length = RECEIPTS_OVERHEAD + digits
  writeHeader(bytes, at, length, KIND.answer, request.number, request.run, length)
  writeTotals(bytes, at, totals)
  writeHex(bytes, at + FROM_AT, 8, request.from)
  writeHex(bytes, at + COUNT_AT, 8, count)
  for (let i = 0; i < digits; i++) {
    const first = request.from + 2 * i
    const second = 2 * i + 1 < count ? state((first + 1) >>> 0) & 3 : 0
    writeHex(bytes, at + STATES_AT + i, 1, ((state(first >>> 0) & 3) << 2) | second)
  }
  const checkAt = at + length - CHECK_SIZE
  writeHex(bytes, checkAt, 8, crc32(bytes, at, checkAt))
  return length
}

/** The receipts answer of `size` bytes at `at`; undefined unless it is whole, well-formed and both its checks are right. */
export function readReceiptsAnswer(bytes: Uint8Array, at: number, size: number): ReceiptsAnswer | undefined {
  if (size < RECEIPTS_OVERHEAD || checkedKind(bytes, at, size) !== KIND.answer) return undefined
  const checkAt = at + size - CHECK_SIZE
  if (readLength(bytes, at) !== size || readHex(bytes, checkAt, 8) !== crc32(bytes, at, checkAt)) return undefined
  const totals = readTotals(bytes, at)
  const from = readHex(bytes, at + FROM_AT, 8)
  const count = readHex(bytes, at + COUNT_AT, 8)
  // Compare the count with the size before allocating by it.
  if (totals === undefined || from < 0 || count < 0 || size !== RECEIPTS_OVERHEAD + Math.ceil(count / 2)) {
    return undefined
  }
  const states = new Uint8Array(count)
  for (let i = 0; i < count; i += 2) {
    const digit = readHex(bytes, at + STATES_AT + i / 2, 1)
    if (digit < 0) return undefined
    states[i] = digit >> 2
    if (i + 1 < count) states[i + 1] = digit & 3
  }
  return { number: readSequence(bytes, at), run: readRun(bytes, at), totals, from, count, states }
}

/** The eight totals that are always known, in wire order. */
const COUNTS = [
  'distinct',
  'copies',
  'damaged',
  'answered',
  'withheld',
  'sendFailed',
  'pending',
  'strangers',
] as const satisfies readonly (keyof ReceiptsTotals)[]

function writeTotals(bytes: Uint8Array, at: number, totals: ReceiptsTotals): void {
  COUNTS.forEach((name, i) => {
    writeHex(bytes, at + TOTALS_AT + 8 * i, 8, within(totals[name], MAX_8))
  })
  writeOptional(bytes, at + DROPS_AT, 8, totals.drops, MAX_8)
  writeOptional(bytes, at + DROP_UNIT_AT, 2, totals.dropUnit, MAX_2)
  writeHex(bytes, at + COMPLETE_AT, 8, within(totals.completeMs, MAX_8))
}

function writeOptional(bytes: Uint8Array, at: number, digits: number, value: number | undefined, max: number): void {
  if (value === undefined) blank(bytes, at, digits)
  else writeHex(bytes, at, digits, within(value, max))
}

/** A value that the field can carry: whole, not negative, at most `max`. NaN becomes 0. */
function within(value: number, max: number): number {
  return value > 0 ? Math.floor(Math.min(value, max)) : 0
}

function readTotals(bytes: Uint8Array, at: number): ReceiptsTotals | undefined {
  const counts = COUNTS.map((_, i) => readHex(bytes, at + TOTALS_AT + 8 * i, 8))
  const drops = readOptional(bytes, at + DROPS_AT, 8)
  const dropUnit = readOptional(bytes, at + DROP_UNIT_AT, 2)
  const completeMs = readHex(bytes, at + COMPLETE_AT, 8)
  if (Math.min(...counts, drops ?? 0, dropUnit ?? 0, completeMs) < 0) return undefined
  const [
    distinct = 0,
    copies = 0,
    damaged = 0,
    answered = 0,
    withheld = 0,
    sendFailed = 0,
    pending = 0,
    strangers = 0,
  ] = counts
  return {
    distinct,
    copies,
    damaged,
    answered,
    withheld,
    sendFailed,
    pending,
    strangers,
    drops,
    dropUnit,
    completeMs,
  }
}

/** The value; undefined if the field is `-`; -1 if it is malformed. */
function readOptional(bytes: Uint8Array, at: number, digits: number): number | undefined {
  return isBlank(bytes, at, digits) ? undefined : readHex(bytes, at, digits)
}
