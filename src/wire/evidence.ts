import { crc32 } from './crc32.ts'
import { isBlank, readHex, writeHex } from './hex.ts'
import { OFFSET, PROBE_SIZE, SLOT_AT } from './probe.ts'

/** The evidence of a udptool server about one probe. A field is -1 if it is unknown. The hot path reuses one record of this fixed shape. */
export interface Slot {
  /** How many different probes of this run the server has received, this one included. */
  received: number
  /** Bytes of the request that the server program read. */
  seen: number
  /** The request's true length in the server's kernel, in bytes (MSG_TRUNC, recv(2)). */
  whole: number
  /** Bytes of the largest IP fragment of the request (IP_RECVFRAGSIZE, ip(7)). */
  fragment: number
  /** TOS or traffic class as it arrived, 0…255. */
  tos: number
  /** TTL or hop limit as it arrived, 0…255. */
  ttl: number
  /** The server socket's drop counter when this datagram was queued (SO_RXQ_OVFL, socket(7)). */
  drops: number
  /**
   * Server's receive time, CLOCK_REALTIME: whole seconds since the Unix epoch. Seconds and nanoseconds are separate because the time in ns
   * exceeds 2^53.
   */
  arrivalSeconds: number
  /** The nanoseconds of that second, 0…999 999 999. */
  arrivalNanos: number
  /** ns between arrival and reply, at most 0xFFFFFFFE. */
  dwell: number
}

const MAX_8 = 0xffffffff
const MAX_5 = 0xfffff
const MAX_2 = 0xff
const MAX_NANOS = 999_999_999
/** FFFFFFFF is never written, so that a faulty clock cannot pass for a long dwell. */
const MAX_DWELL = 0xfffffffe

/** A new slot in which everything is unknown. */
export function emptySlot(): Slot {
  return {
    received: -1,
    seen: -1,
    whole: -1,
    fragment: -1,
    tos: -1,
    ttl: -1,
    drops: -1,
    arrivalSeconds: -1,
    arrivalNanos: -1,
    dwell: -1,
  }
}

/**
 * Whether the slot of the request of `size` bytes at `at` is untouched: all of its bytes below `min(size, declared, 117)` are `-`. A server
 * fills no other slot, because that would hide damage.
 * @param declared the length in the probe's header
 */
export function slotIsBlank(bytes: Uint8Array, at: number, size: number, declared: number): boolean {
  return isBlank(bytes, at + SLOT_AT, Math.min(size, declared, PROBE_SIZE) - SLOT_AT)
}

/**
 * Server side: writes the known fields into the blank slot of the request of `size` bytes at `at`. A probe declared shorter than 117 bytes gets
 * nothing; one that was cut in transit gets as many whole fields as fit. A field that is unknown or too large stays `-`. The slot's check is
 * written only if the whole slot is there.
 * @param declared the length in the probe's header
 */
export function fillSlot(bytes: Uint8Array, at: number, size: number, declared: number, slot: Slot): void {
  if (declared < PROBE_SIZE) return
  fill(bytes, at, size, OFFSET.received, 8, slot.received, MAX_8)
  fill(bytes, at, size, OFFSET.seen, 5, slot.seen, MAX_5)
  fill(bytes, at, size, OFFSET.whole, 5, slot.whole, MAX_5)
  fill(bytes, at, size, OFFSET.fragment, 5, slot.fragment, MAX_5)
  fill(bytes, at, size, OFFSET.tos, 2, slot.tos, MAX_2)
  fill(bytes, at, size, OFFSET.ttl, 2, slot.ttl, MAX_2)
  fill(bytes, at, size, OFFSET.drops, 8, slot.drops, MAX_8)
  fillArrival(bytes, at, size, slot)
  fill(bytes, at, size, OFFSET.dwell, 8, slot.dwell, MAX_DWELL)
  if (size >= PROBE_SIZE) writeHex(bytes, at + OFFSET.slotCheck, 8, slotCheckOf(bytes, at))
}

function fill(
  bytes: Uint8Array,
  at: number,
  size: number,
  offset: number,
  digits: number,
  value: number,
  max: number,
): void {
  if (offset + digits <= size && value >= 0 && value <= max) writeHex(bytes, at + offset, digits, value)
}

/** The sixteen digits are written together or not at all. */
function fillArrival(bytes: Uint8Array, at: number, size: number, slot: Slot): void {
  const { arrivalSeconds, arrivalNanos } = slot
  if (arrivalSeconds < 0 || arrivalSeconds > MAX_8 || arrivalNanos < 0 || arrivalNanos > MAX_NANOS) return
  if (OFFSET.arrival + 16 > size) return
  writeHex(bytes, at + OFFSET.arrival, 8, arrivalSeconds)
  writeHex(bytes, at + OFFSET.arrival + 8, 8, arrivalNanos)
}

/**
 * Client side: reads the slot of a reply (kind `R`) of `size` bytes at `at` to a probe declared 117 bytes or longer. `slot` is overwritten as a
 * whole; a field that is `-`, malformed or cut is -1.
 * @returns `right`: the slot's check is right · `blank`: the whole slot, check included, is `-` · `wrong`: neither, and no field is used ·
 * `cut`: fewer than 117 bytes came back, and the complete well-formed fields are used
 */
export function readSlot(bytes: Uint8Array, at: number, size: number, slot: Slot): 'right' | 'wrong' | 'cut' | 'blank' {
  if (size < PROBE_SIZE) {
    readFields(bytes, at, size, slot)
    return 'cut'
  }
  if (readHex(bytes, at + OFFSET.slotCheck, 8) === slotCheckOf(bytes, at)) {
    readFields(bytes, at, size, slot)
    return 'right'
  }
  readFields(bytes, at, 0, slot)
  return isBlank(bytes, at + SLOT_AT, PROBE_SIZE - SLOT_AT) ? 'blank' : 'wrong'
}

function readFields(bytes: Uint8Array, at: number, size: number, slot: Slot): void {
  slot.received = read(bytes, at, size, OFFSET.received, 8, MAX_8)
  slot.seen = read(bytes, at, size, OFFSET.seen, 5, MAX_5)
  slot.whole = read(bytes, at, size, OFFSET.whole, 5, MAX_5)
  slot.fragment = read(bytes, at, size, OFFSET.fragment, 5, MAX_5)
  slot.tos = read(bytes, at, size, OFFSET.tos, 2, MAX_2)
  slot.ttl = read(bytes, at, size, OFFSET.ttl, 2, MAX_2)
  slot.drops = read(bytes, at, size, OFFSET.drops, 8, MAX_8)
  // The seconds are used only if the nanoseconds, which end the field, are valid too.
  const nanos = read(bytes, at, size, OFFSET.arrival + 8, 8, MAX_NANOS)
  const seconds = nanos < 0 ? -1 : read(bytes, at, size, OFFSET.arrival, 8, MAX_8)
  slot.arrivalSeconds = seconds
  slot.arrivalNanos = seconds < 0 ? -1 : nanos
  slot.dwell = read(bytes, at, size, OFFSET.dwell, 8, MAX_DWELL)
}

function read(bytes: Uint8Array, at: number, size: number, offset: number, digits: number, max: number): number {
  if (offset + digits > size) return -1
  const value = readHex(bytes, at + offset, digits)
  return value <= max ? value : -1
}

function slotCheckOf(bytes: Uint8Array, at: number): number {
  return crc32(bytes, at + SLOT_AT, at + OFFSET.slotCheck)
}
