/** Read sizes of known servers (measured; docs/limits.md). */
export const READ_SIZES: ReadonlyMap<number, string> = new Map([
  [512, 'programs that read as much as classic DNS over UDP, RFC 1035'],
  [1024, 'programs that call recvfrom(1024)'],
  [1500, 'irtt, bound to an address, which reads as much as the interface MTU'],
  [2048, 'programs that call recvfrom(2048)'],
  [4096, 'programs that call recvfrom(4096)'],
  [4098, "cloudprober's echo server"],
  [8192, 'ncat and socat'],
  [9216, 'twampy'],
  [16_384, 'programs that call recvfrom(16384)'],
  [32_768, 'programs that call recvfrom(32768)'],
  [65_507, 'programs with room for the largest datagram of IPv4, where IPv6 carries 65527 bytes'],
])

/** Common MTUs, and where they occur. */
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
