import { addressBytes } from '../base/ip.ts'

/** The first 56 bits of an IPv6 address: the prefix of a home or a small site (RFC 6177 section 2). */
const SITE_BYTES = 7

/** The source by which connections are counted: an IPv4 address (mapped into IPv6 or not), or a /56 of IPv6. */
export function sourceOf(address: string): string {
  const bytes = addressBytes(address)
  if (bytes === undefined) return address
  return bytes.slice(0, bytes.length === 4 ? 4 : SITE_BYTES).join('.')
}
