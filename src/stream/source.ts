import { addressBytes } from '../base/ip.ts'

/** Of an IPv6 address the first 56 bits: what a home or a small site is given (RFC 6177 section 2). */
const SITE_BYTES = 7

/** Who a connection comes from, as far as it is counted: an IPv4 address (mapped into IPv6 or not), or a /56 of IPv6. */
export function sourceOf(address: string): string {
  const bytes = addressBytes(address)
  if (bytes === undefined) return address
  return bytes.slice(0, bytes.length === 4 ? 4 : SITE_BYTES).join('.')
}
