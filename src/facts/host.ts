/** Growth of a host's own counters during a run. They count all datagrams of the host (network namespace), also those of other programs. */
export interface HostCounters {
  /** Failed reassemblies (Ip ReasmFails, proc_net_snmp). */
  readonly reassemblyFailures?: number
  /** Incomplete datagrams that wait for fragments: reassembly gives up after 30 s, long after a run (/proc/net/sockstat, FRAG). */
  readonly incomplete?: number
  /** Datagrams received with a wrong UDP checksum (Udp InCsumErrors). */
  readonly badChecksums?: number
  /**
   * Datagrams dropped by sockets of this host for another reason than a full buffer, including those with a wrong checksum (Udp InErrors −
   * RcvbufErrors − MemErrors). A socket's own drop counter counts these too.
   */
  readonly otherDrops?: number
  /** Datagrams without a matching socket (Udp NoPorts): no socket is bound to their port, or the socket is connected to another address. */
  readonly noSocket?: number
  /** Datagrams that this host accepted for sending and then dropped (Udp SndbufErrors). */
  readonly sendBufferErrors?: number
}

/** The kernel's path MTU towards the target, IP header included: smaller than the interface MTU if a router reported a smaller one. */
interface PathMtuFacts {
  /** Before the first probe was sent. */
  readonly before?: number
  /** After the last answer of the run. */
  readonly after?: number
}

/** A single packet of the kernel's path MTU, sent after a run in which all fragmented datagrams were lost. */
export interface PacketCheck {
  /** Bytes of its payload. */
  readonly size: number
  readonly answered: boolean
}

/** Facts about the sending host. A field is absent if the platform does not expose it. */
export interface HostFacts {
  /** MTU of the outgoing interface. */
  readonly mtu?: number
  readonly pathMtu?: PathMtuFacts
  /** In sending order; absent: none was sent. */
  readonly packetChecks?: readonly PacketCheck[]
  /** The largest receive buffer in bytes that an unprivileged socket gets (net.core.rmem_max). */
  readonly recvBufferMost?: number
  readonly grown: HostCounters
}

/** Options set on the sockets of a run. */
export interface SocketFacts {
  readonly recvBuffer: number
  /** Absent: the kernel's default, which sets DF on datagrams that fit its path MTU and fragments larger ones. */
  readonly df?: 'do' | 'probe'
  /** Absent: 0. */
  readonly tos?: number
  /** Absent: the system default. */
  readonly ttl?: number
}

/** Growth during two runs together. */
export function addCounters(one: HostCounters, other: HostCounters): HostCounters {
  const names = [
    'reassemblyFailures',
    'incomplete',
    'badChecksums',
    'otherDrops',
    'noSocket',
    'sendBufferErrors',
  ] as const
  const sums = names.flatMap(name => {
    const [a, b] = [one[name], other[name]]
    return a === undefined && b === undefined ? [] : [[name, (a ?? 0) + (b ?? 0)] as const]
  })
  return Object.fromEntries(sums)
}
