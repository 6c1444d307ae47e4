import { formatAddress, type Address, type Family } from '../../../base/address.ts'
import { LEAST_IPV6_MTU } from '../../../base/fragments.ts'
import { addressBytes } from '../../../base/ip.ts'
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
 * TTL and hop limit of what a server sends where nothing else is said. Plain data leaves with one hop less than it came with, and most
 * hosts send with 64 (RFC 1700): so most answers need no control message, which costs a sixth of the time of a small datagram.
 */
export const SERVER_HOPS = 63

export interface KernelSocketPlan {
  readonly family: Family
  readonly host: string
  /** 0: the kernel chooses. */
  readonly port: number
  readonly connectTo?: Address
  /**
   * A `prober` learns of ICMP errors. A `server` does not unless `errors` is set (the error of one dead client fails the next send to
   * anyone), answers from the address that was called, and lets answers be fragmented instead of relying on our own path-MTU cache.
   */
  readonly role: 'prober' | 'server'
  /** Bytes asked of SO_RCVBUF. */
  readonly recvBuffer: number
  /** Bytes asked of SO_SNDBUF; absent: what the system gives to each socket. */
  readonly sendBuffer?: number
  /** A `server` learns of ICMP errors, too: whoever opens it reads the error queue, and tries a send again that an error failed. */
  readonly errors?: boolean
  readonly ttl?: number
  readonly tos?: number
  /** IP_MTU_DISCOVER: `do` refuses what is larger than the path is known to carry, `probe` lets it all go out, `cut` forbids no fragments. */
  readonly df?: 'do' | 'probe' | 'cut'
  /** Joins the socket that has this port and was shared before (SO_REUSEPORT). */
  readonly reusePort?: boolean
  /** Takes trains of datagrams as one message (UDP_GRO), all with the stamp of their first. What came in fragments is never in one. */
  readonly trains?: boolean
}

const DISCOVERY = { do: IP_PMTUDISC_DO, probe: IP_PMTUDISC_PROBE, cut: IP_PMTUDISC_DONT } as const

/** A UDP socket that libuv knows nothing of. */
export class KernelSocket {
  readonly fd: number
  /** Its own address, port included. */
  readonly bound: Address
  /** Whether each message carries the local address that was called (IP_PKTINFO). */
  readonly reportsLocal: boolean
  readonly #libc: Libc
  #closed = false

  private constructor(libc: Libc, fd: number, bound: Address, reportsLocal: boolean) {
    this.#libc = libc
    this.fd = fd
    this.bound = bound
    this.reportsLocal = reportsLocal
  }

  /** Opens, binds and connects. Throws a UdptoolError; then nothing is left open. */
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

  /** From now on others may bind the same port with `reusePort`. Not before the bind: a port that is taken must fail. */
  share(): void {
    checked(set(this.#libc, this.fd, SOL_SOCKET, SO_REUSEPORT, 1), 'setsockopt SO_REUSEPORT')
  }

  /** Datagrams that came for this socket and were dropped since it was opened: its buffer was full, their checksum was wrong, or a filter rejected them. Undefined where the kernel does not count them. */
  drops(): number | undefined {
    return readSocketDrops(this.#libc, this.fd)
  }

  /** What the path to the peer of a connected socket is known to carry, IP header included; undefined where the kernel does not tell. */
  mtu(): number | undefined {
    const mtu = new Uint32Array(1)
    const length = Uint32Array.of(mtu.byteLength)
    const [level, option] = this.bound.family === 'udp4' ? [SOL_IP, IP_MTU] : [SOL_IPV6, IPV6_MTU]
    return this.#libc.getsockopt(this.fd, level, option, mtu, length) < 0 ? undefined : mtu[0]
  }

  /** Whether each message is to bring its time of arrival and its type of service; a socket begins so. Both are kept with what is queued, asked or not. */
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

/** The drop counter of a socket of this process, whichever thread opened it; undefined where the kernel does not show it. */
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

/** All options are set before the bind: a bound socket receives at once, and each datagram must have its evidence. */
function configure(libc: Libc, fd: number, plan: KernelSocketPlan): void {
  demand(libc, fd, plan)
  observe(libc, fd, plan)
  askForReceiveBuffer(libc, fd, plan.recvBuffer)
  if (plan.sendBuffer !== undefined) askForSendBuffer(libc, fd, plan.sendBuffer)
}

/** What was asked for, without which the socket is not the one that was asked for. IPv6 sockets speak IPv4 too (`::ffff:127.0.0.1`). */
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
  // No router cuts a packet of IPv6 (RFC 8200 section 5), so the fragments are made here (ipv6(7), IPV6_MTU).
  if (df === 'cut' && family === 'udp6')
    checked(set(libc, fd, SOL_IPV6, IPV6_MTU, LEAST_IPV6_MTU), 'setsockopt IPV6_MTU')
  if (ttl !== undefined) both(IP_TTL, IPV6_UNICAST_HOPS, ttl, 'IP_TTL')
  if (tos !== undefined) both(IP_TOS, IPV6_TCLASS, tos, 'IP_TOS')
  if (reusePort === true) checked(set(libc, fd, SOL_SOCKET, SO_REUSEPORT, 1), 'setsockopt SO_REUSEPORT')
}

/** Time of arrival, and type of service or traffic class: what of the evidence costs time with every message, and only probes need. */
function evidenceOptions(family: Family): readonly (readonly [number, number])[] {
  const options = [
    [SOL_SOCKET, SO_TIMESTAMPNS],
    [SOL_IP, IP_RECVTOS],
  ] as const
  return family === 'udp4' ? options : [...options, [SOL_IPV6, IPV6_RECVTCLASS]]
}

/** A server that is bound to one address answers from no other. */
function needsLocal({ role, host }: KernelSocketPlan): boolean {
  return role === 'server' && addressBytes(host)?.every(byte => byte === 0) === true
}

/** Evidence. A kernel that does not know one of these has that column UNSEEN, and what it can see was found out at start. */
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
