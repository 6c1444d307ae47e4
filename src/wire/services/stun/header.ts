/** Bytes of the header of a STUN message (RFC 8489 section 5). */
export const HEADER = 20

/** The third to sixth byte of the header, so that STUN is not taken for another protocol. */
export const MAGIC_COOKIE = 0x2112a442

export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2)
}
