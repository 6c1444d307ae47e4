/** How much a host's own counters grew during a run. They count for the whole host (network namespace), whoever's the datagrams were. */
export interface HostCounters {
  /** Datagrams whose fragments could not be put together (Ip ReasmFails, proc_net_snmp). */
  readonly reassemblyFailures?: number
  /** Datagrams that wait for fragments which have not come: reassembly gives up after 30 s, long after a run (/proc/net/sockstat, FRAG). */
  readonly incomplete?: number
  /** Datagrams that came with a wrong UDP checksum (Udp InCsumErrors). */
  readonly badChecksums?: number
  /**
   * Datagrams that sockets of this host dropped for another reason than a full buffer, those with a wrong checksum among them (Udp
   * InErrors − RcvbufErrors − MemErrors). A socket's own drop counter counts these too.
   */
  readonly otherDrops?: number
  /**
   * Datagrams that no socket took (Udp NoPorts): nobody listens on their port, or its socket is connected to another address than they
   * came from.
   */
  readonly noSocket?: number
  /** Datagrams that this host dropped after it had taken them for sending (Udp SndbufErrors). */
  readonly sendBufferErrors?: number
}

/** What the kernel believed the path to the target to carry, IP header included: less than the interface where a router has named less. */
interface PathMtuFacts {
  /** Before the first probe left. */
  readonly before?: number
  /** After the last answer of the run. */
  readonly after?: number
}

/** A single packet, sent after a run whose datagrams in fragments were all lost, as large as the kernel believed the path to carry. */
export interface PacketCheck {
  /** Bytes of its datagram. */
  readonly size: number
  readonly answered: boolean
}

/** Facts about the sending host. A field is absent if the platform does not expose it. */
export interface HostFacts {
  /** MTU of the interface that the probes left by. */
  readonly mtu?: number
  readonly pathMtu?: PathMtuFacts
  /** In the order of sending; absent: none was sent. */
  readonly packetChecks?: readonly PacketCheck[]
  /** Most bytes that a socket without privilege gets as its receive buffer (net.core.rmem_max). */
  readonly recvBufferMost?: number
  readonly grown: HostCounters
}

/** What was asked of the sockets of a run. */
export interface SocketFacts {
  /** Bytes of SO_RCVBUF. */
  readonly recvBuffer: number
  /** Absent: the kernel's own default, which sends with DF what it believes to fit the path, and in fragments what does not. */
  readonly df?: 'do' | 'probe'
  /** Absent: 0. */
  readonly tos?: number
  /** Absent: the system's own. */
  readonly ttl?: number
}

/** What grew in both of two runs together. */
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
