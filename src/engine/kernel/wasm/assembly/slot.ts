import { crc32, remainder } from './crc'
import { DASHES, EIGHT_DASHES, eightDigits, readDigits } from './digits'
import { ofPair, SLOT_AT } from './header'
import { FIELDS, RECEIVED_TABLES, TEMPLATE } from './layout'

/** Bytes of the slot before its check, and the size of `received` in them. */
const COVERED: i32 = 59
const RECEIVED: usize = 8
/** Offset of the slot's check in the datagram. */
const CHECK_AT: usize = 109

const MAX_8: f64 = 0xffffffff
const MAX_5: f64 = 0xfffff
const MAX_2: f64 = 0xff
const MAX_NANOS: f64 = 999_999_999
const MAX_DWELL: f64 = 0xfffffffe

/** The check of 59 bytes 0x00, and that of the template with 0x00 in the place of `received`. */
let emptyCheck: u32 = 0
let templateCheck: u32 = 0

export function prepareSlot(): void {
  for (let pair = 0; pair < 4; pair++) {
    for (let value: u32 = 0; value < 256; value++) {
      store<u32>(RECEIVED_TABLES + (pair << 10) + (value << 2), ofPair(value, COVERED - 2 - 2 * pair))
    }
  }
  memory.fill(TEMPLATE, 0, COVERED)
  emptyCheck = crc32(TEMPLATE, TEMPLATE + COVERED, 0)
}

/** Writes eight bytes, of which the first `digits` are the field. It is blank if the value is unknown or too large. */
function put(offset: usize, digits: u32, value: f64, max: f64): void {
  const known = value >= 0 && value <= max
  store<u64>(TEMPLATE + offset, known ? eightDigits((<u32>value) << (32 - 4 * digits)) : EIGHT_DASHES)
}

/**
 * Describes the slot that `fillSlot` writes, except `received`, in which the datagrams of a row differ. The fields are written in ascending
 * order, because each is written eight bytes wide.
 */
export function describeSlot(
  seen: f64,
  whole: f64,
  fragment: f64,
  tos: f64,
  ttl: f64,
  drops: f64,
  seconds: f64,
  nanos: f64,
  dwell: f64,
): void {
  put(8, 5, seen, MAX_5)
  put(13, 5, whole, MAX_5)
  put(18, 5, fragment, MAX_5)
  put(23, 2, tos, MAX_2)
  put(25, 2, ttl, MAX_2)
  put(27, 8, drops, MAX_8)
  // Seconds and nanoseconds are one field: both or neither.
  const timed = seconds >= 0 && seconds <= MAX_8 && nanos >= 0 && nanos <= MAX_NANOS
  put(35, 8, timed ? seconds : -1, MAX_8)
  put(43, 8, timed ? nanos : -1, MAX_NANOS)
  put(51, 8, dwell, MAX_DWELL)
  templateCheck = emptyCheck ^ remainder(0, TEMPLATE + RECEIVED, TEMPLATE + COVERED)
}

function entry(pair: usize, value: u32): u32 {
  return load<u32>(RECEIVED_TABLES + (pair << 10) + ((value & 255) << 2))
}

/** Writes the described slot with this `received` and its check into the probe at `at`. */
export function fillSlot(at: usize, received: u32): void {
  const slot = at + SLOT_AT
  store<u64>(slot, eightDigits(received))
  v128.store(slot, v128.load(TEMPLATE, 8), 8)
  v128.store(slot, v128.load(TEMPLATE, 24), 24)
  v128.store(slot, v128.load(TEMPLATE, 40), 40)
  v128.store(slot, v128.load(TEMPLATE, 43), 43)
  // A CRC is linear: the check is that of the template plus the contribution of each pair of the new digits.
  const check =
    templateCheck ^
    entry(0, received >>> 24) ^
    entry(1, received >>> 16) ^
    entry(2, received >>> 8) ^
    entry(3, received)
  store<u64>(at, eightDigits(check), CHECK_AT)
}

/** Whether the 67 bytes of the slot at `slot` are all `-`. */
export function isBlank(slot: usize): bool {
  const equal = v128.and(
    v128.and(i8x16.eq(v128.load(slot), DASHES), i8x16.eq(v128.load(slot, 16), DASHES)),
    v128.and(i8x16.eq(v128.load(slot, 32), DASHES), i8x16.eq(v128.load(slot, 48), DASHES)),
  )
  return i8x16.all_true(v128.and(equal, i8x16.eq(v128.load(slot, 51), DASHES)))
}

function get(field: usize, end: usize, digits: u64, max: f64): f64 {
  const value = <f64>readDigits(end, digits)
  const believed = value <= max ? value : -1
  store<f64>(FIELDS + 8 * field, believed)
  return believed
}

/**
 * Reads the slot of the reply at `at`, which must have 117 bytes, into the ten fields. A field is -1 if it is `-`, malformed or not
 * believed.
 *
 * @returns 1: the check is right · 2: the whole slot is `-`, and every field -1 · 0: neither, and no field is believed
 */
export function readSlot(at: usize): i32 {
  const slot = at + SLOT_AT
  if (readDigits(at + 117, 8) != <i64>crc32(slot, at + CHECK_AT, 0)) {
    for (let field: usize = 0; field < 10; field++) store<f64>(FIELDS + 8 * field, -1)
    return isBlank(slot) ? 2 : 0
  }
  get(0, slot + 8, 8, MAX_8)
  get(1, slot + 13, 5, MAX_5)
  get(2, slot + 18, 5, MAX_5)
  get(3, slot + 23, 5, MAX_5)
  get(4, slot + 25, 2, MAX_2)
  get(5, slot + 27, 2, MAX_2)
  get(6, slot + 35, 8, MAX_8)
  const seconds = get(7, slot + 43, 8, MAX_8)
  // The seconds are believed only with their nanoseconds, and vice versa.
  const nanos = get(8, slot + 51, 8, MAX_NANOS)
  if (seconds < 0) store<f64>(FIELDS, -1, 64)
  if (nanos < 0) store<f64>(FIELDS, -1, 56)
  get(9, slot + 59, 8, MAX_DWELL)
  return 1
}
