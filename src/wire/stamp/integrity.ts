import type { Mac } from '../mac.ts'
import type { Layout } from './packet.ts'
import { TLV_TYPE, TlvCursor } from './tlv.ts'

/** Octets of an HMAC in a packet: the first ones of HMAC-SHA-256 (RFC 8762 section 4.4, RFC 8972 section 4.8). */
const MAC_SIZE = 16

/** Writes the HMAC of the authenticated base packet at `at`, over all octets before it. */
export function writeBaseMac(bytes: Uint8Array, at: number, layout: Layout, mac: Mac): void {
  bytes.set(mac(bytes.subarray(at, at + layout.mac)).subarray(0, MAC_SIZE), at + layout.mac)
}

/**
 * Whether the HMAC of the authenticated base packet at `at` is right, over the octets as received. The time does not depend on where it differs.
 */
export function hasRightBaseMac(bytes: Uint8Array, at: number, layout: Layout, mac: Mac): boolean {
  return isMac(bytes, at + layout.mac, mac(bytes.subarray(at, at + layout.mac)))
}

/**
 * Writes the value of an HMAC TLV: over the Sequence Number of the packet at `at` and all TLVs before it (RFC 8972 section 4.8).
 * @param tlvs offset of the first TLV
 * @param tlv offset of the flags of the HMAC TLV
 */
export function writeTlvMac(bytes: Uint8Array, at: number, tlvs: number, tlv: number, mac: Mac): void {
  bytes.set(tlvMac(bytes, at, tlvs, tlv, mac).subarray(0, MAC_SIZE), tlv + 4)
}

/** Whether the value of an HMAC TLV is right. The time does not depend on where it differs. */
export function hasRightTlvMac(bytes: Uint8Array, at: number, tlvs: number, tlv: number, mac: Mac): boolean {
  return isMac(bytes, tlv + 4, tlvMac(bytes, at, tlvs, tlv, mac))
}

/** What the HMAC TLV of a packet proves about its TLVs. `unneeded`: there are none, or only one of Extra Padding, which needs no HMAC. */
export type TlvIntegrity = 'right' | 'wrong' | 'missing' | 'unneeded'

const cursor = new TlvCursor()

/**
 * Looks for the HMAC TLV of the packet at `at`, which ends at `end`, and checks it. It must follow all other TLVs but those of Extra Padding;
 * in another place it counts as wrong (RFC 8972 section 4.8). TLVs from the first malformed one on are not seen.
 */
export function checkTlvs(bytes: Uint8Array, at: number, layout: Layout, end: number, mac: Mac): TlvIntegrity {
  const tlvs = at + layout.size
  let count = 0
  let isPadding = true
  let verdict: TlvIntegrity | undefined
  for (cursor.begin(bytes, tlvs, end); cursor.next(); count++) {
    if (cursor.type === TLV_TYPE.extraPadding) continue
    isPadding = false
    if (verdict !== undefined) verdict = 'wrong'
    else if (cursor.type === TLV_TYPE.hmac && !cursor.isMalformed)
      verdict = hasRightTlvMac(bytes, at, tlvs, cursor.at, mac) ? 'right' : 'wrong'
  }
  return verdict ?? (count === 0 || (count === 1 && isPadding) ? 'unneeded' : 'missing')
}

function tlvMac(bytes: Uint8Array, at: number, tlvs: number, tlv: number, mac: Mac): Uint8Array {
  return mac(bytes.subarray(at, at + 4), bytes.subarray(tlvs, tlv))
}

function isMac(bytes: Uint8Array, at: number, code: Uint8Array): boolean {
  let difference = 0
  for (let i = 0; i < MAC_SIZE; i++) difference |= (bytes[at + i] ?? -1) ^ (code[i] ?? -2)
  return difference === 0
}
