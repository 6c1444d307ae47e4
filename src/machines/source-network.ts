import { addressBytes } from '../base/ip.ts'

/**
 * The network by which a source address is counted: the /24 of an IPv4 address, the /56 of an IPv6 address. As two 32-bit numbers; both are 0
 * for none. It does not include a zone.
 */
export interface SourceNetwork {
  readonly high: number
  readonly low: number
}

/** Last byte of `low`, so that no network of one family equals one of the other. */
const IPV4 = 4
const IPV6 = 6
const UNREADABLE = 1

/**
 * One subscriber often has a whole /56 of IPv6 addresses (RFC 6177), and a forger chooses freely within the network that its provider permits
 * (BCP 38), so counting single addresses would limit nothing. An IPv4-mapped IPv6 address counts as an IPv4 address.
 */
export function sourceNetwork(address: string): SourceNetwork {
  const bytes = addressBytes(address)
  if (bytes === undefined) return { high: 0, low: UNREADABLE }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = bytes
  return bytes.length === 4
    ? { high: 0, low: word(a, b, c, IPV4) }
    : { high: word(a, b, c, d), low: word(e, f, g, IPV6) }
}

function word(a: number, b: number, c: number, d: number): number {
  return (a << 24) | (b << 16) | (c << 8) | d
}
