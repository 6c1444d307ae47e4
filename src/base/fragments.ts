import type { Family } from './address.ts'

const UDP_HEADER = 8
/** IP header without options (RFC 791 section 3.1), and IPv6 header (RFC 8200 section 3). */
const IP_HEADER = { udp4: 20, udp6: 40 } as const
/** Header of a fragment; IPv6 adds its fragment header (RFC 8200 section 4.5). */
const FRAGMENT_HEADER = { udp4: 20, udp6: 48 } as const

/** The minimum MTU of an IPv6 link (RFC 8200 section 5). */
export const LEAST_IPV6_MTU = 1280

/** The largest packet that every path carries unfragmented: 68 bytes over IPv4 (RFC 791 section 3.2), 1280 over IPv6 (RFC 8200 section 5). */
export const LEAST_MTU = { udp4: 68, udp6: LEAST_IPV6_MTU } as const

/** The largest UDP payload in bytes that leaves in one IP packet of this MTU: 1472 at 1500, over IPv6 1452. */
export function largestWhole(mtu: number, family: Family): number {
  return mtu - IP_HEADER[family] - UDP_HEADER
}

/** Size of the unfragmented IP packet of a datagram. */
export function packetSize(size: number, family: Family): number {
  return size + UDP_HEADER + IP_HEADER[family]
}

/**
 * The number of IP packets of a datagram at this MTU: 1 if it fits. Every fragment but the last carries a multiple of 8 bytes (RFC 791 section
 * 3.2). 4000 bytes need 3 at MTU 1500.
 */
export function fragmentCount(size: number, mtu: number, family: Family): number {
  if (size <= largestWhole(mtu, family)) return 1
  const last = mtu - FRAGMENT_HEADER[family]
  return 1 + Math.ceil((size + UDP_HEADER - last) / innerFragment(mtu, family))
}

/** Bytes after the IP header in the last fragment of a datagram: 1048 for 4000 bytes at MTU 1500. */
export function lastFragment(size: number, mtu: number, family: Family): number {
  return size + UDP_HEADER - (fragmentCount(size, mtu, family) - 1) * innerFragment(mtu, family)
}

/** Bytes that every fragment but the last carries. */
function innerFragment(mtu: number, family: Family): number {
  return Math.floor((mtu - FRAGMENT_HEADER[family]) / 8) * 8
}
