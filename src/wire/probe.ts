import { crc32 } from './crc32.ts'
import { blank, readHex, writeHex } from './hex.ts'
import { upperCased } from './uppercase.ts'

/**
 * The kind byte of a udptool datagram: a probe, a probe answered by a udptool server, a receipts request, a receipts answer, a damaged probe
 * returned by a udptool server. Replies, answers and returned probes are never answered, or two servers could exchange them forever.
 */
export const KIND = {
  probe: 0x51 /* Q */,
  reply: 0x52 /* R */,
  request: 0x53 /* S */,
  answer: 0x54 /* T */,
  damaged: 0x44 /* D */,
} as const

/** Offset of each field of a probe, in bytes from the start of the datagram. A field ends where the next begins. */
export const OFFSET = {
  magic: 0,
  kind: 4,
  sequence: 5,
  run: 13,
  length: 21,
  check: 26,
  sent: 34,
  received: 50,
  seen: 58,
  whole: 63,
  fragment: 68,
  tos: 73,
  ttl: 75,
  drops: 77,
  arrival: 85,
  dwell: 101,
  slotCheck: 109,
  payload: 117,
} as const

/** Bytes before the payload. A shorter probe is the prefix of this size, and has no room for evidence. */
export const PROBE_SIZE = 117
/** Bytes up to the end of the check: enough to prove a probe. */
export const CHECKED_SIZE = 34
/** Bytes up to the end of the sequence: enough to identify a probe. */
export const IDENTIFIED_SIZE = 13
/** Offset of the client's send time. */
export const SENT_AT = 34
/** Offset of the slot that a udptool server fills with evidence; it ends with the header. */
export const SLOT_AT = 50

const NANOS_PER_SECOND = 1e9
const TWO_TO_32 = 0x1_0000_0000

/** `UDT1`: the magic and the version. */
const MAGIC = Uint8Array.of(0x55, 0x44, 0x54, 0x31)
/** The last byte of the magic: `1`; the next version has `2`. */
const VERSION_1 = 0x31
const VERSION_2 = 0x32

/** The check begins with a constant: CRC-32 of the magic and kind `Q`. A reply and a returned probe are checked as the probe that they were. */
const PROBE_SEED = crc32(Uint8Array.of(...MAGIC, KIND.probe), 0, 5)
const REQUEST_SEED = crc32(Uint8Array.of(...MAGIC, KIND.request), 0, 5)
const ANSWER_SEED = crc32(Uint8Array.of(...MAGIC, KIND.answer), 0, 5)

/** A whole header is made here if only a prefix of it may be written. */
const scratch = new Uint8Array(PROBE_SIZE)

/**
 * Writes the first `size` of bytes 0…33 of a datagram: magic, kind, sequence, run, length and their check.
 * @param size bytes available at `at`
 * @param kind one of {@link KIND}
 * @param sequence a non-negative integer below 2^53, written modulo 2^32
 * @param run 32 bits, random per client socket
 * @param length the whole datagram's length as sent, in bytes
 */
export function writeHeader(
  bytes: Uint8Array,
  at: number,
  size: number,
  kind: number,
  sequence: number,
  run: number,
  length: number,
): void {
  if (size >= CHECKED_SIZE) {
    writeWhole(bytes, at, kind, sequence, run, length)
    return
  }
  writeWhole(scratch, 0, kind, sequence, run, length)
  for (let i = 0; i < size; i++) bytes[at + i] = scratch[i] as number
}

function writeWhole(bytes: Uint8Array, at: number, kind: number, sequence: number, run: number, length: number): void {
  bytes[at] = 0x55
  bytes[at + 1] = 0x44
  bytes[at + 2] = 0x54
  bytes[at + 3] = 0x31
  bytes[at + OFFSET.kind] = kind
  writeHex(bytes, at + OFFSET.sequence, 8, sequence)
  writeHex(bytes, at + OFFSET.run, 8, run)
  writeHex(bytes, at + OFFSET.length, 5, length)
  writeHex(bytes, at + OFFSET.check, 8, checkOf(bytes, at, kind))
}

/**
 * Writes the first `min(size, 117)` bytes of a probe of `size` bytes: its header with the declared length `size`, its send time and a blank
 * slot. The caller writes the payload.
 * @param size the datagram's length in bytes, from 0
 * @param sequence a non-negative integer below 2^53, written modulo 2^32
 * @param run 32 bits, random per client socket
 * @param sent client's clock in ns, any epoch, a non-negative integer below 2^53
 */
export function writeProbe(
  bytes: Uint8Array,
  at: number,
  size: number,
  sequence: number,
  run: number,
  sent: number,
): void {
  const whole = size >= PROBE_SIZE
  const target = whole ? bytes : scratch
  const start = whole ? at : 0
  writeWhole(target, start, KIND.probe, sequence, run, size)
  const seconds = Math.floor(sent / NANOS_PER_SECOND)
  writeHex(target, start + SENT_AT, 8, seconds)
  writeHex(target, start + SENT_AT + 8, 8, sent - seconds * NANOS_PER_SECOND)
  blank(target, start + SLOT_AT, PROBE_SIZE - SLOT_AT)
  if (whole) return
  for (let i = 0; i < size; i++) bytes[at + i] = scratch[i] as number
}

/** Whether the `size` bytes at `at` begin with `UDT1`. */
export function hasMagic(bytes: Uint8Array, at: number, size: number): boolean {
  return hasMagicOf(VERSION_1, bytes, at, size)
}

/** Whether the `size` bytes at `at` begin with `UDT2`, the magic of the next version. */
export function hasNextMagic(bytes: Uint8Array, at: number, size: number): boolean {
  return hasMagicOf(VERSION_2, bytes, at, size)
}

function hasMagicOf(version: number, bytes: Uint8Array, at: number, size: number): boolean {
  return (
    size >= MAGIC.length &&
    bytes[at] === 0x55 &&
    bytes[at + 1] === 0x44 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === version
  )
}

/**
 * Whether the `size` bytes at `at` begin with the magic of this version or of the next, `UDT1` or `UDT2`, in any letter case. Upper-casing
 * turns such a lower-case magic into a valid one, so a server must not return the datagram as plain data.
 */
export function resemblesMagic(bytes: Uint8Array, at: number, size: number): boolean {
  if (size < MAGIC.length) return false
  const version = bytes[at + 3]
  return (
    (version === VERSION_1 || version === VERSION_2) &&
    upperCased(bytes[at] ?? 0) === 0x55 &&
    upperCased(bytes[at + 1] ?? 0) === 0x44 &&
    upperCased(bytes[at + 2] ?? 0) === 0x54
  )
}

/**
 * The kind of the datagram of `size` bytes at `at`, if its first 34 bytes prove it: magic, a known kind, well-formed sequence, run and length,
 * and the right check. Bytes after 33 are ignored.
 * @returns one of {@link KIND}, or 0
 */
export function checkedKind(bytes: Uint8Array, at: number, size: number): number {
  if (size < CHECKED_SIZE || !hasMagic(bytes, at, size)) return 0
  const kind = bytes[at + OFFSET.kind] as number
  if ((kind < KIND.probe || kind > KIND.answer) && kind !== KIND.damaged) return 0
  const check = readHex(bytes, at + OFFSET.check, 8)
  if (check < 0 || check !== checkOf(bytes, at, kind)) return 0
  // A forger can compute a right check over characters that are not digits; the readers below rely on well-formed fields.
  if (readSequence(bytes, at) < 0 || readRun(bytes, at) < 0 || readLength(bytes, at) < 0) return 0
  return kind
}

function checkOf(bytes: Uint8Array, at: number, kind: number): number {
  const seed = kind === KIND.request ? REQUEST_SEED : kind === KIND.answer ? ANSWER_SEED : PROBE_SEED
  return crc32(bytes, at + OFFSET.sequence, at + OFFSET.check, seed)
}

/** The sequence modulo 2^32 of the datagram at `at`, of at least 13 bytes; -1 if malformed. */
export function readSequence(bytes: Uint8Array, at: number): number {
  return readHex(bytes, at + OFFSET.sequence, 8)
}

/** The run of the datagram at `at`, of at least 21 bytes; -1 if malformed. */
export function readRun(bytes: Uint8Array, at: number): number {
  return readHex(bytes, at + OFFSET.run, 8)
}

/** The declared length in bytes of the datagram at `at`, of at least 26 bytes; -1 if malformed. */
export function readLength(bytes: Uint8Array, at: number): number {
  return readHex(bytes, at + OFFSET.length, 5)
}

/**
 * The send time in ns of the probe at `at`, of at least 50 bytes; -1 if malformed. More than 999 999 999 ns in a second, or a time of 2^53 ns
 * or more, is malformed too: no client writes it, and a double cannot hold it.
 */
export function readSent(bytes: Uint8Array, at: number): number {
  const seconds = readHex(bytes, at + SENT_AT, 8)
  const nanos = readHex(bytes, at + SENT_AT + 8, 8)
  if (seconds < 0 || nanos < 0 || nanos >= NANOS_PER_SECOND) return -1
  const sent = seconds * NANOS_PER_SECOND + nanos
  return sent <= Number.MAX_SAFE_INTEGER ? sent : -1
}

/**
 * The whole sequence whose low 32 bits are `low`: the integer in 0 … 2^53-1 that is congruent to `low` modulo 2^32 and nearest to `near`,
 * similar to RFC 1982. At a distance of exactly 2^31 both are equally near: the lower is taken.
 * @param near a sequence known to be close, such as the newest one
 */
export function extendSequence(low: number, near: number): number {
  const distance = (low - (near >>> 0)) | 0
  if (near + distance < 0) return near + (distance + TWO_TO_32)
  // Compare before adding: beyond 2^53 the sum would be rounded.
  return distance > Number.MAX_SAFE_INTEGER - near ? near + (distance - TWO_TO_32) : near + distance
}
