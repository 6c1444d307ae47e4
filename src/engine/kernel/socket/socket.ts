import { formatAddress, type Address, type Family } from '../../../base/address.ts'
import { LEAST_IPV6_MTU } from '../../../base/fragments.ts'
import { addressBytes } from '../../../base/ip.ts'
import type { SocketPlan } from '../../port.ts'
import { socketError } from '../../socket-error.ts'
import {
  AF_INET,
  AF_INET6,
  IPV6_MTU,
  IPV6_MTU_DISCOVER,
  IPV6_RECVERR,
  IPV6_RECVFRAGSIZE,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_PKTINFO,
  IP_PMTUDISC_DO,
  IP_PMTUDISC_DONT,
  IP_PMTUDISC_PROBE,
  IP_RECVERR,
  IP_RECVFRAGSIZE,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  MEMINFO_DROPS,
  MEMINFO_WORDS,
  SOCKADDR_IN6_SIZE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SOL_UDP,
  SO_MEMINFO,
  SO_REUSEPORT,
  SO_RXQ_OVFL,
  SO_TIMESTAMPNS,
  UDP_GRO,
} from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'
import { readSockaddr, writeSockaddr } from '../system/sockaddr.ts'
import { checked } from '../system/system-error.ts'
import { askForReceiveBuffer, askForSendBuffer } from './buffer-size.ts'

/**
 * Default TTL and hop limit of a server's datagrams. An answer to plain data leaves with one hop less than the request came with, and most
 * hosts send with 64 (RFC 1700). So most answers need no control message, which costs a sixth of the time of a small datagram.
 */
export const SERVER_HOPS = 63

export interface KernelSocketPlan extends SocketPlan {
  readonly connectTo?: Address
  /**
   * A `prober` gets ICMP errors. A `server` gets none unless `errors` is set (the error of one dead client would fail the next send to
   * anyone), answers from the address that received the request, and allows fragments of answers instead of relying on our own path-MTU
   * cache.
   */
  readonly role: 'prober' | 'server'
  /** Requested with SO_SNDBUF. Absent: the system's default. */
  readonly sendBuffer?: number
  /** A `server` gets ICMP errors too. Its user must read the error queue, and retry a send that failed because of one. */
  readonly errors?: boolean
  readonly ttl?: number
  readonly tos?: number
  /** IP_MTU_DISCOVER: `do` refuses datagrams larger than the known path MTU, `probe` sends them all with DF, `cut` allows fragments. */
  readonly df?: 'do' | 'probe' | 'cut'
  /** Joins a socket that has this port and called `share` (SO_REUSEPORT). */
  readonly reusePort?: boolean
  /** Receives trains of datagrams as one message (UDP_GRO), all with the stamp of the first. Fragmented datagrams are never part of one. */
  readonly trains?: boolean
}

const DISCOVERY = { do: IP_PMTUDISC_DO, probe: IP_PMTUDISC_PROBE, cut: IP_PMTUDISC_DONT } as const

/** A UDP socket outside libuv. */
export class KernelSocket {
  readonly fd: number
  /** Its own address, port included. */
  readonly bound: Address
  /** Whether each message has the local address that received it (IP_PKTINFO). */
  readonly reportsLocal: boolean
  readonly #libc: Libc
  #closed = false

  private constructor(libc: Libc, fd: number, bound: Address, reportsLocal: boolean) {
    this.#libc = libc
    this.fd = fd
    this.bound = bound
    this.reportsLocal = reportsLocal
  }

  /** Opens, binds and connects. Throws a UdptoolError. No socket is left open then. */
  static open(libc: Libc, plan: KernelSocketPlan): KernelSocket {
    const { family, host: address, port, connectTo } = plan
    const local = formatAddress({ address, port, family })
    const domain = family === 'udp4' ? AF_INET : AF_INET6
    const fd = libc.socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    try {
      checked(fd, 'socket')
      configure(libc, fd, plan)
      const name = new Uint8Array(SOCKADDR_IN6_SIZE)
      checked(libc.bind(fd, name, writeSockaddr(name, 0, { address, port, family }, libc)), 'bind')
      if (connectTo !== undefined) connect(libc, fd, { ...connectTo, family })
      return new KernelSocket(libc, fd, boundAddress(libc, fd), needsLocal(plan))
    } catch (cause) {
      if (fd >= 0) libc.close(fd)
      throw socketError(cause, 'bind', local)
    }
  }

  /** From now on others may bind the same port with `reusePort`. Call it after the bind, so that a port in use fails. */
  share(): void {
    checked(set(this.#libc, this.fd, SOL_SOCKET, SO_REUSEPORT, 1), 'setsockopt SO_REUSEPORT')
  }

  /**
   * Datagrams for this socket that were dropped since it was opened, because its buffer was full, their checksum was wrong, or a filter
   * rejected them. Undefined if the kernel does not count them.
   */
  drops(): number | undefined {
    return readSocketDrops(this.#libc, this.fd)
  }

  /** The known path MTU to the peer of a connected socket, IP header included. Undefined if the kernel does not report it. */
  mtu(): number | undefined {
    const mtu = new Uint32Array(1)
    const length = Uint32Array.of(mtu.byteLength)
    const [level, option] = this.bound.family === 'udp4' ? [SOL_IP, IP_MTU] : [SOL_IPV6, IPV6_MTU]
    return this.#libc.getsockopt(this.fd, level, option, mtu, length) < 0 ? undefined : mtu[0]
  }

  /**
   * Whether each message should have its time of arrival and type of service. Initially on. The kernel keeps both for queued messages in
   * any case.
   */
  askForEvidence(asked: boolean): void {
    for (const [level, option] of evidenceOptions(this.bound.family))
      set(this.#libc, this.fd, level, option, asked ? 1 : 0)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#libc.close(this.fd)
  }
}

/** The drop counter of a socket of this process, whichever thread opened it. Undefined if the kernel does not show it. */
export function readSocketDrops(libc: Libc, fd: number): number | undefined {
  const counters = new Uint32Array(MEMINFO_WORDS)
  const length = Uint32Array.of(counters.byteLength)
  const result = libc.getsockopt(fd, SOL_SOCKET, SO_MEMINFO, counters, length)
  return result < 0 || (length[0] ?? 0) < counters.byteLength ? undefined : counters[MEMINFO_DROPS]
}

function connect(libc: Libc, fd: number, to: Address): void {
  const name = new Uint8Array(SOCKADDR_IN6_SIZE)
  try {
    checked(libc.connect(fd, name, writeSockaddr(name, 0, to, libc)), 'connect')
  } catch (cause) {
    throw socketError(cause, 'send to', formatAddress(to))
  }
}

function boundAddress(libc: Libc, fd: number): Address {
  const name = new Uint8Array(SOCKADDR_IN6_SIZE)
  checked(libc.getsockname(fd, name, Uint32Array.of(name.length)), 'getsockname')
  const bound = readSockaddr(name, 0, libc)
  if (bound === undefined) throw new Error('the kernel gave the socket an address of no IP family')
  return bound
}

/** Set all options before the bind, because a bound socket receives at once and each datagram must have its evidence. */
function configure(libc: Libc, fd: number, plan: KernelSocketPlan): void {
  demand(libc, fd, plan)
  observe(libc, fd, plan)
  askForReceiveBuffer(libc, fd, plan.recvBuffer)
  if (plan.sendBuffer !== undefined) askForSendBuffer(libc, fd, plan.sendBuffer)
}

/** Options that were requested, which must not fail. IPv6 sockets also speak IPv4 (`::ffff:127.0.0.1`). */
function demand(libc: Libc, fd: number, plan: KernelSocketPlan): void {
  const { family, role, errors = role === 'prober', ttl, tos, df, reusePort } = plan
  const both = (option4: number, option6: number, value: number, what: string): void => {
    checked(set(libc, fd, SOL_IP, option4, value), `setsockopt ${what}`)
    if (family === 'udp6') checked(set(libc, fd, SOL_IPV6, option6, value), `setsockopt ${what}`)
  }
  if (role === 'server') {
    both(IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, IP_PMTUDISC_DONT, 'IP_MTU_DISCOVER')
    both(IP_TTL, IPV6_UNICAST_HOPS, SERVER_HOPS, 'IP_TTL')
  }
  if (errors) both(IP_RECVERR, IPV6_RECVERR, 1, 'IP_RECVERR')
  if (df !== undefined) both(IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, DISCOVERY[df], 'IP_MTU_DISCOVER')
  // IPv6 routers do not fragment (RFC 8200 section 5), so this host makes the fragments (ipv6(7), IPV6_MTU).
  if (df === 'cut' && family === 'udp6')
    checked(set(libc, fd, SOL_IPV6, IPV6_MTU, LEAST_IPV6_MTU), 'setsockopt IPV6_MTU')
  if (ttl !== undefined) both(IP_TTL, IPV6_UNICAST_HOPS, ttl, 'IP_TTL')
  if (tos !== undefined) both(IP_TOS, IPV6_TCLASS, tos, 'IP_TOS')
  if (reusePort === true) checked(set(libc, fd, SOL_SOCKET, SO_REUSEPORT, 1), 'setsockopt SO_REUSEPORT')
}

/** Options for time of arrival and type of service, the evidence that costs time for every message and that only probes need. */
function evidenceOptions(family: Family): readonly (readonly [number, number])[] {
  const options = [
    [SOL_SOCKET, SO_TIMESTAMPNS],
    [SOL_IP, IP_RECVTOS],
  ] as const
  return family === 'udp4' ? options : [...options, [SOL_IPV6, IPV6_RECVTCLASS]]
}

/** A server that is bound to one address answers only from it. */
function needsLocal({ role, host }: KernelSocketPlan): boolean {
  return role === 'server' && addressBytes(host)?.every(byte => byte === 0) === true
}

/** Enables evidence. If the kernel lacks an option, its column is UNSEEN. The capabilities were determined at start. */
function observe(libc: Libc, fd: number, plan: KernelSocketPlan): void {
  const { family, trains } = plan
  const local = needsLocal(plan)
  const options: (readonly [number, number])[] = [
    [SOL_SOCKET, SO_RXQ_OVFL],
    ...evidenceOptions(family),
    [SOL_IP, IP_RECVTTL],
    [SOL_IP, IP_RECVFRAGSIZE],
  ]
  if (local) options.push([SOL_IP, IP_PKTINFO])
  if (trains === true) options.push([SOL_UDP, UDP_GRO])
  if (family === 'udp6') {
    options.push([SOL_IPV6, IPV6_RECVHOPLIMIT], [SOL_IPV6, IPV6_RECVFRAGSIZE])
    if (local) options.push([SOL_IPV6, IPV6_RECVPKTINFO])
  }
  for (const [level, option] of options) set(libc, fd, level, option, 1)
}

function set(libc: Libc, fd: number, level: number, option: number, value: number): number {
  return libc.setsockopt(fd, level, option, Int32Array.of(value))
}
