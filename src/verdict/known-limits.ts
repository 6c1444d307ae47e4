/** Read sizes of servers, and who has them (measured; docs/limits.md). */
export const READ_SIZES: ReadonlyMap<number, string> = new Map([
  [1024, 'recvfrom(1024)'],
  [1500, 'irtt, bound to an address: as much as the interface MTU'],
  [4098, "cloudprober's echo server"],
  [8192, 'ncat and socat'],
  [9216, 'twampy'],
])

/** MTUs, and where they are usual. */
export const MTUS: ReadonlyMap<number, string> = new Map([
  [576, 'the least that every IPv4 host takes, RFC 1122 section 3.3.2'],
  [1280, 'the least of IPv6, RFC 8200 section 5'],
  [1400, 'VPNs and overlays'],
  [1420, 'WireGuard'],
  [1450, 'VXLAN over 1500'],
  [1476, 'GRE over 1500'],
  [1480, 'IP in IP, 6in4'],
  [1492, 'PPPoE, RFC 2516'],
  [1500, 'Ethernet, RFC 894'],
  [8950, 'VXLAN over 9000'],
  [9000, 'jumbo frames'],
  [9216, 'jumbo frames of switches'],
])

/** The largest payload of UDP: IP's own limit (RFC 791, RFC 768), over IPv6 that of UDP's length field (RFC 8200). */
export const LARGEST_PAYLOAD = { udp4: 65_507, udp6: 65_527 } as const
