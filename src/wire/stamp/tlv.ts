import { readUint16, writeUint16 } from '../big-endian.ts'

/** Types of TLVs that this program reads and writes (RFC 8972 section 4). */
export const TLV_TYPE = {
  extraPadding: 1,
  timestampInformation: 3,
  classOfService: 4,
  directMeasurement: 5,
  followUpTelemetry: 7,
  hmac: 8,
} as const

/** Flags of a TLV (RFC 8972 section 4, figure 6). */
export const TLV_FLAG = {
  /** U: a sender sets it, and a reflector that knows the type clears it. */
  unrecognized: 0x80,
  /** M: the length is wrong for the type, or the TLV is longer than the rest of the packet. */
  malformed: 0x40,
  /** I: the HMAC of the TLVs is wrong or missing. */
  integrity: 0x20,
} as const

/** Octets before the value: flags, type and length. */
export const TLV_HEADER = 4

/** Lengths of the values of the types with a fixed length; 0: any length, or a type not known here. */
const LENGTHS = new Uint8Array(256)
LENGTHS[TLV_TYPE.timestampInformation] = 4
LENGTHS[TLV_TYPE.classOfService] = 4
LENGTHS[TLV_TYPE.directMeasurement] = 12
LENGTHS[TLV_TYPE.followUpTelemetry] = 16
LENGTHS[TLV_TYPE.hmac] = 16

const KNOWN = new Uint8Array(256)
for (const type of Object.values(TLV_TYPE)) KNOWN[type] = 1

/** Whether this program reads and writes TLVs of this type. */
export function isKnownTlv(type: number): boolean {
  return KNOWN[type] === 1
}

/** Octets of a whole TLV of a type with a fixed length. */
export function tlvSize(type: number): number {
  return TLV_HEADER + (LENGTHS[type] ?? 0)
}

/** Writes flags, type and length of a TLV of a sender, with the flag U only (RFC 8972 section 4), and returns the offset of its value. */
export function writeTlvHeader(bytes: Uint8Array, at: number, type: number, length: number): number {
  bytes[at] = TLV_FLAG.unrecognized
  bytes[at + 1] = type
  writeUint16(bytes, at + 2, length)
  return at + TLV_HEADER
}

/** Moves over the TLVs of one packet after the other, without allocating. */
export class TlvCursor {
  /** Offset of the flags. */
  at = 0
  flags = 0
  type = 0
  /** Declared length of the value. */
  length = 0
  /** Offset of the value. */
  value = 0
  /**
   * The header is incomplete, the value ends after the packet, or its length is wrong for a known type. The value must not be used, and nothing
   * follows. Without a complete header type and length are 0, and only the octets from `at` on exist.
   */
  isMalformed = false
  #bytes: Uint8Array = new Uint8Array(0)
  #next = 0
  #end = 0

  /** Moves before the first TLV of the octets from `at` to before `end`. */
  begin(bytes: Uint8Array, at: number, end: number): void {
    this.#bytes = bytes
    this.#next = at
    this.#end = Math.min(end, bytes.length)
    this.isMalformed = false
  }

  /** Moves to the next TLV; false: there is none, or the one before is malformed. */
  next(): boolean {
    const at = this.#next
    const rest = this.#end - at
    if (rest <= 0 || this.isMalformed) return false
    const bytes = this.#bytes
    this.at = at
    this.value = at + TLV_HEADER
    this.flags = bytes[at] ?? 0
    if (rest < TLV_HEADER) {
      this.type = 0
      this.length = 0
      this.isMalformed = true
      return true
    }
    this.type = bytes[at + 1] ?? 0
    this.length = readUint16(bytes, at + 2)
    const fixed = LENGTHS[this.type] ?? 0
    this.isMalformed = this.length > rest - TLV_HEADER || (fixed !== 0 && this.length !== fixed)
    this.#next = this.value + this.length
    return true
  }
}
