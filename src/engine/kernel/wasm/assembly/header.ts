import { afterZeros, crc32 } from './crc'
import { areDigits, DASHES, eightDigits, sixteenDigits, valueOf } from './digits'
import { CRC_TABLES, FIELDS, HEADER_TABLES } from './layout'

/** `UDT1` as a little-endian word. */
const MAGIC: u32 = 0x31544455
/** The magics of this version and of the next in lower case. */
export const LOWER_MAGIC: u32 = 0x31746475
export const LOWER_NEXT_MAGIC: u32 = 0x32746475
/** The bits that make the three letters of the magic lower case. */
export const CASE_BITS: u32 = 0x00202020
/** The kinds, `Q` to `T` and `D`: a probe, its reply, a receipts request, a receipts answer, a damaged probe returned. */
const PROBE: u32 = 0x51
export const REQUEST: u32 = 0x53
export const ANSWER: u32 = 0x54
const DAMAGED: u32 = 0x44

/** Offsets and sizes of the header (src/wire/probe.ts). */
export const CHECKED_SIZE: i32 = 34
export const SLOT_AT: usize = 50
export const PROBE_SIZE: i32 = 117
const SENT_AT: usize = 34
const NANOS_PER_SECOND: u64 = 1_000_000_000
/** No time larger than the safe integers of a double (2^53 − 1). */
const LATEST: u64 = 0x1f_ffff_ffff_ffff

/** Number of digits that the check covers after the magic and the kind: sequence, run and length. */
const DIGITS: i32 = 21

/** The checks of 21 bytes 0x00 after the magic and each kind. The entries of the tables are added to them. */
let probeBase: u32 = 0
let requestBase: u32 = 0
let answerBase: u32 = 0

/** Sequence and run of the last header given to `checkedKind`, and its declared length, if the kind was not 0. */
export let sequenceAndRun: u64 = 0
export let declared: u32 = 0

/** The remainder of two digits followed by `after` bytes. */
export function ofPair(value: u32, after: i32): u32 {
  const digits = <u32>(eightDigits(value << 24) & 0xffff)
  const first = load<u32>(CRC_TABLES + ((digits & 255) << 2))
  const second = load<u32>(CRC_TABLES + ((digits >>> 8) << 2))
  return afterZeros(afterZeros(first, 1) ^ second, after)
}

export function prepareHeader(): void {
  for (let pair = 0; pair < 11; pair++) {
    for (let value: u32 = 0; value < 256; value++) {
      // The length has five digits, so the first is not in a pair.
      const alone = pair == 8
      const after = pair < 8 ? DIGITS - 2 - 2 * pair : 2 * (10 - pair)
      const entry = alone ? aloneAt(value & 15, after) : ofPair(value, after)
      store<u32>(HEADER_TABLES + (pair << 10) + (value << 2), entry)
    }
  }
  probeBase = baseOf(PROBE)
  requestBase = baseOf(REQUEST)
  answerBase = baseOf(ANSWER)
}

function aloneAt(value: u32, after: i32): u32 {
  const digit = <u32>(eightDigits(value << 28) & 255)
  return afterZeros(load<u32>(CRC_TABLES + (digit << 2)), after)
}

function baseOf(kind: u32): u32 {
  store<u32>(FIELDS, MAGIC)
  store<u32>(FIELDS, kind, 4)
  return ~afterZeros(~crc32(FIELDS, FIELDS + 5, 0), DIGITS)
}

function entry(pair: usize, value: u64): u32 {
  return load<u32>(HEADER_TABLES + (pair << 10) + (((<u32>value) & 255) << 2))
}

/**
 * The check of a header. A CRC is linear, so it is the sum of the contributions of each part. The digits are valid, so their values
 * determine them. Eleven independent look-ups.
 */
function checkOf(kind: u32, both: u64, length: u32): u32 {
  const base = kind == REQUEST ? requestBase : kind == ANSWER ? answerBase : probeBase
  return (
    base ^
    entry(0, both >>> 56) ^
    entry(1, both >>> 48) ^
    entry(2, both >>> 40) ^
    entry(3, both >>> 32) ^
    entry(4, both >>> 24) ^
    entry(5, both >>> 16) ^
    entry(6, both >>> 8) ^
    entry(7, both) ^
    entry(8, length >>> 16) ^
    entry(9, length >>> 8) ^
    entry(10, length)
  )
}

/** Like `checkedKind` of src/wire/probe.ts: the kind of the datagram of `size` bytes at `at` if its first 34 bytes prove it, or 0. */
export function checkedKind(at: usize, size: i32): u32 {
  if (size < CHECKED_SIZE || load<u32>(at) != MAGIC) return 0
  const kind: u32 = load<u8>(at, 4)
  if ((kind < PROBE || kind > ANSWER) && kind != DAMAGED) return 0
  // Bytes 5…20 and 18…33. They overlap, so that nothing after the check is read.
  const first = v128.load(at, 5)
  const second = v128.load(at, 18)
  if (!i8x16.all_true(v128.and(areDigits(first), areDigits(second)))) return 0
  const both = valueOf(first)
  const lengthAndCheck = valueOf(second)
  const length = (<u32>(lengthAndCheck >>> 32)) & 0xfffff
  if (<u32>lengthAndCheck != checkOf(kind, both, length)) return 0
  sequenceAndRun = both
  declared = length
  return kind
}

/** Like `readSent` of src/wire/probe.ts: ns, or -1. Bytes 34…49 of the datagram at `at` must exist. */
export function readSent(at: usize): f64 {
  const digits = v128.load(at, SENT_AT)
  if (!i8x16.all_true(areDigits(digits))) return -1
  const both = valueOf(digits)
  const nanos = both & 0xffffffff
  const sent = (both >>> 32) * NANOS_PER_SECOND + nanos
  return nanos < NANOS_PER_SECOND && sent <= LATEST ? <f64>sent : -1
}

/** Writes the 117 bytes of a probe's header with a blank slot at `at`, like `writeProbe` of src/wire/probe.ts. */
export function writeProbe(at: usize, size: u32, sequence: u32, run: u32, seconds: u32, nanos: u32): void {
  const both = ((<u64>sequence) << 32) | run
  store<u32>(at, MAGIC)
  store<u8>(at, PROBE, 4)
  // Eight digits end with the length. The first three are in the place of the run, which is written next.
  store<u64>(at, eightDigits(size), 18)
  v128.store(at, sixteenDigits(both), 5)
  store<u64>(at, eightDigits(checkOf(PROBE, both, size & 0xfffff)), 26)
  v128.store(at, sixteenDigits(((<u64>seconds) << 32) | nanos), 34)
  v128.store(at, DASHES, 50)
  v128.store(at, DASHES, 66)
  v128.store(at, DASHES, 82)
  v128.store(at, DASHES, 98)
  v128.store(at, DASHES, 101)
}
