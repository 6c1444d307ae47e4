import type { Address } from '../../../base/address.ts'
import { formatIPv6 } from '../../../base/ip.ts'
import type { Attributes, Malformed } from './attributes.ts'
import { uint16 } from './header.ts'

/** The family numbers of RFC 8489 section 14.1, and the length of an attribute with an address of each. */
const IPV4 = { number: 1, length: 8 } as const
const IPV6 = { number: 2, length: 20 } as const

/** More characters than this are cut (RFC 8489 sections 14.8 and 14.14: fewer than 128 characters). */
const LONGEST_TEXT = 128

/**
 * The mapped address: XOR-MAPPED-ADDRESS, or the MAPPED-ADDRESS of servers of RFC 3489. The former is preferred, because some NATs rewrite an
 * address that they find in a payload (RFC 8489 section 14.2).
 */
export function readAddress(
  datagram: Uint8Array,
  { xorMappedAddress, mappedAddress }: Attributes,
): Address | Malformed {
  const value = xorMappedAddress ?? mappedAddress
  if (value === undefined) return { malformed: 'it is a success, and has no mapped address' }
  const isIPv4 = value[1] === IPV4.number && value.length === IPV4.length
  if (!isIPv4 && !(value[1] === IPV6.number && value.length === IPV6.length)) {
    return { malformed: `its mapped address has family ${value[1] ?? 'none'} and ${value.length} bytes` }
  }
  // The port is XORed with the first bytes of the cookie, the address with the cookie and the transaction id (RFC 8489 section 14.2).
  const mask = xorMappedAddress === undefined ? new Uint8Array(16) : datagram.subarray(4, 20)
  const port = uint16(value, 2) ^ uint16(mask, 0)
  const bytes = value.slice(4).map((byte, n) => byte ^ (mask[n] ?? 0))
  return isIPv4
    ? { address: bytes.join('.'), port, family: 'udp4' }
    : { address: formatIPv6(bytes), port, family: 'udp6' }
}

/** ERROR-CODE (RFC 8489 section 14.8): 300 to 699, and a reason for a reader. */
export function readError(
  value: Uint8Array | undefined,
): { readonly code: number; readonly reason: string } | Malformed {
  if (value === undefined) return { malformed: 'it is an error, and has no error code' }
  const hundreds = (value[2] ?? 0) & 7
  const rest = value[3] ?? 0
  if (value.length < 4 || hundreds < 3 || hundreds > 6 || rest > 99)
    return { malformed: 'its error code is out of range' }
  return { code: hundreds * 100 + rest, reason: readText(value.subarray(4)) }
}

/** UTF-8 without the zeros or spaces that some servers pad with. Bytes that are no UTF-8 become U+FFFD. */
export function readText(value: Uint8Array): string {
  const text = new TextDecoder().decode(value.subarray(0, LONGEST_TEXT * 6))
  return Array.from(text)
    .slice(0, LONGEST_TEXT)
    .join('')
    .replace(/[\0 ]+$/u, '')
}
