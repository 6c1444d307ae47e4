/** How much a host's own counters grew during a run. They count for the whole host (network namespace), whoever's the datagrams were. */
export interface HostCounters {
  /** Datagrams whose fragments could not be put together (Ip ReasmFails, proc_net_snmp). */
  readonly reassemblyFailures?: number
  /** Datagrams that wait for fragments which have not come: reassembly gives up after 30 s, long after a run (/proc/net/sockstat, FRAG). */
  readonly incomplete?: number
  /** Datagrams that came with a wrong UDP checksum (Udp InCsumErrors). */
  readonly badChecksums?: number
  /** Datagrams that this host dropped after it had taken them for sending (Udp SndbufErrors). */
  readonly sendBufferErrors?: number
}

/** What the sending host told of itself. What it does not tell is absent. */
export interface HostFacts {
  /** MTU of the interface that the probes left by. */
  readonly mtu?: number
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
}

/** What grew in both of two runs together. */
export function addCounters(one: HostCounters, other: HostCounters): HostCounters {
  const names = ['reassemblyFailures', 'incomplete', 'badChecksums', 'sendBufferErrors'] as const
  const sums = names.flatMap(name => {
    const [a, b] = [one[name], other[name]]
    return a === undefined && b === undefined ? [] : [[name, (a ?? 0) + (b ?? 0)] as const]
  })
  return Object.fromEntries(sums)
}
