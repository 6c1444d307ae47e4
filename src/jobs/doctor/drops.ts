import { parseSocketTable, type SocketDrops } from './socket-table.ts'
import { otherDrops, type Counters } from '../../engine/kernel-counters.ts'
import type { Finding } from '../../verdict/doctor.ts'
import type { HostReader } from './host-reader.ts'

/** A counter above this share of all traffic is reported. */
const TOO_MANY = 1e-4
/** Largest number of sockets that a finding names. */
const NAMED = 3

interface Counted {
  readonly id: string
  /** Its names in /proc/net/snmp and in snmp6. */
  readonly names: readonly [string, string]
  /** The names of the total that it is a share of. */
  readonly of: readonly [string, string]
  readonly what: string
  readonly cost: string
  readonly fix: string
}

const COUNTED: readonly Counted[] = [
  {
    id: 'drops.receiveBuffer',
    names: ['Udp.RcvbufErrors', 'Udp6RcvbufErrors'],
    of: ['Udp.InDatagrams', 'Udp6InDatagrams'],
    what: 'datagrams dropped because a receive buffer was full (RcvbufErrors)',
    cost: 'they had crossed the network, and a program here was too slow to read them',
    fix: 'raise the buffer of the program that is too slow (net.core.rmem_max is its limit)',
  },
  {
    id: 'drops.sendBuffer',
    names: ['Udp.SndbufErrors', 'Udp6SndbufErrors'],
    of: ['Udp.OutDatagrams', 'Udp6OutDatagrams'],
    what: 'datagrams dropped before they left this host (SndbufErrors)',
    cost: 'the sending program got no error',
    fix: 'send slower, or lengthen the queue of the interface: sudo ip link set DEVICE txqueuelen 10000',
  },
  {
    id: 'drops.checksum',
    names: ['Udp.InCsumErrors', 'Udp6InCsumErrors'],
    of: ['Udp.InDatagrams', 'Udp6InDatagrams'],
    what: 'datagrams with a wrong checksum (InCsumErrors)',
    cost: 'bytes change on the path to this host, and only a checksum of 16 bits detects it',
    fix: 'look for a bad cable, bad memory or a broken checksum offload (to try: sudo ethtool -K DEVICE rx off)',
  },
  {
    id: 'drops.memory',
    names: ['Udp.MemErrors', 'Udp6MemErrors'],
    of: ['Udp.InDatagrams', 'Udp6InDatagrams'],
    what: 'datagrams dropped because UDP as a whole had no memory left (MemErrors)',
    cost: 'sockets with an empty buffer lose datagrams because others are full',
    fix: 'raise net.ipv4.udp_mem, or find the program that does not read (ss -uamn)',
  },
  {
    id: 'drops.reassembly',
    names: ['Ip.ReasmFails', 'Ip6ReasmFails'],
    of: ['Ip.ReasmReqds', 'Ip6ReasmReqds'],
    what: 'IP fragments or datagrams dropped in reassembly (ReasmFails)',
    cost: 'a datagram above the MTU is lost if any of its fragments is lost',
    fix: 'send datagrams that fit one packet; udptool sweep shows which sizes pass',
  },
  {
    id: 'drops.fragmentation',
    names: ['Ip.FragFails', 'Ip6FragFails'],
    of: ['Ip.OutRequests', 'Ip6OutRequests'],
    what: 'packets that were too large and must not be fragmented (FragFails)',
    cost: 'programs that set DF, and packets for a path with a smaller MTU, get an error or no reply',
    fix: 'udptool mtu TARGET measures what a path carries',
  },
]

/** Datagrams that this host dropped since it started, and the open sockets that dropped some. */
export function drops(host: HostReader): Finding[] {
  const counters = host.counters()
  return [...openSockets(host), ...COUNTED.flatMap(one => since(counters, one))]
}

function since(counters: Counters, { id, names, of, what, cost, fix }: Counted): Finding[] {
  const sum = (two: readonly string[]): number => two.reduce((all, name) => all + (counters.get(name) ?? 0), 0)
  if (!names.some(name => counters.has(name))) return []
  const [count, all] = [sum(names), sum(of)]
  if (count === 0) return [{ id, level: 'ok', what: `no ${what}` }]
  const level = count > all * TOO_MANY ? 'warn' : 'note'
  return [{ id, level, what: `${count} ${what}, of ${count + all} since this host started`, cost, fix }]
}

function openSockets(host: HostReader): Finding[] {
  const tables = ['/proc/net/udp', '/proc/net/udp6'].flatMap(file => host.read(file) ?? [])
  if (tables.length === 0) return []
  const all = tables.flatMap(parseSocketTable)
  const dropping = all.filter(({ drops: count }) => count > 0).toSorted((a, b) => b.drops - a.drops)
  if (dropping.length === 0)
    return [
      {
        id: 'drops.sockets',
        level: 'ok',
        what: `none of the ${all.length} open UDP sockets has dropped datagrams`,
      },
    ]
  const dropped = dropping.reduce((sum, { drops: count }) => sum + count, 0)
  // A socket's drop counter includes these too, and only the host's counters show their number.
  const others = otherDrops(host.counters(), 'udp6') ?? 0
  const more = dropping.length > NAMED ? `, and ${dropping.length - NAMED} more` : ''
  return [
    {
      id: 'drops.sockets',
      level: 'warn',
      what: `open sockets that have dropped datagrams: ${dropping.slice(0, NAMED).map(named).join(', ')}${more}`,
      ...(dropped <= others
        ? {
            cost: `this host dropped ${others} datagrams with a wrong checksum, or rejected by a filter: those may be all of them`,
            fix: 'look for the wrong checksums first; ss -uampn names the program of each socket',
          }
        : {
            cost: `their programs are too slow, or their buffers too small${others === 0 ? '' : `; up to ${others} had a wrong checksum, or were rejected by a filter`}`,
            fix: 'ss -uampn names the program of each; raise its SO_RCVBUF',
          }),
    },
  ]
}

function named({ local, drops: count }: SocketDrops): string {
  return `${local} (${count})`
}
