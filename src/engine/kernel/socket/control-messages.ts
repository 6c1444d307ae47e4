import { UNSEEN } from '../../../machines/machine.ts'
import {
  CMSG_HEADER,
  IN6_PKTINFO_SIZE,
  IN_PKTINFO_SIZE,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVERR,
  IPV6_RECVFRAGSIZE,
  IPV6_TCLASS,
  IP_PKTINFO,
  IP_RECVERR,
  IP_RECVFRAGSIZE,
  IP_TOS,
  IP_TTL,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SOL_UDP,
  SO_RXQ_OVFL,
  SO_TIMESTAMPNS,
  UDP_GRO,
  UDP_SEGMENT,
  controlLength,
  controlSpace,
} from '../system/abi.ts'

/**
 * Room for all control messages that one of our receiving sockets can get at once, of both families (an IPv6 socket also receives IPv4).
 */
export const RECEIVE_CONTROL_ROOM = 384

/** ff00::/8 (RFC 4291 section 2.7): a group cannot be the source address of an answer. */
const MULTICAST = 0xff

/** Room for a source address, a TTL and a segment size. */
export const SEND_CONTROL_ROOM = controlSpace(IN6_PKTINFO_SIZE) + 2 * controlSpace(4) + controlSpace(2)

/** What the kernel reports about one message (cmsg(3)). One object serves all messages: `read` overwrites it. Reading allocates nothing. */
export class ControlMessages {
  readonly #bytes: Uint8Array
  readonly #words: Int32Array
  /** SO_TIMESTAMPNS: real time of arrival. `seconds` is UNSEEN without a stamp. */
  seconds = UNSEEN
  nanos = 0
  tos = UNSEEN
  ttl = UNSEEN
  /** The size of the largest IP fragment of the datagram. UNSEEN if it came whole. */
  fragment = UNSEEN
  /** Size of the datagrams of a train. UNSEEN if the message is one datagram. */
  segment = UNSEEN
  /** The socket's drop counter when the message was queued. UNSEEN while nothing was dropped. */
  drops = UNSEEN
  /** Offset of the address that received the message. UNSEEN without PKTINFO. 4 bytes, or 16 if `localIs6`. */
  local = UNSEEN
  localIs6 = false
  /** The interface that received it. */
  interface = 0
  /** Offset of a struct sock_extended_err. UNSEEN if the message is not from the error queue. The offender's sockaddr follows. */
  extendedError = UNSEEN

  constructor(bytes: Uint8Array, words: Int32Array) {
    this.#bytes = bytes
    this.#words = words
  }

  /** Reads `length` bytes of control messages from `at`, a multiple of 8. Stops at the first that does not fit. */
  read(at: number, length: number): void {
    this.seconds = UNSEEN
    this.tos = UNSEEN
    this.ttl = UNSEEN
    this.fragment = UNSEEN
    this.segment = UNSEEN
    this.drops = UNSEEN
    this.local = UNSEEN
    this.extendedError = UNSEEN
    const words = this.#words
    const end = at + length
    for (let next = at; next + CMSG_HEADER <= end;) {
      const word = next >> 2
      const size = words[word] ?? 0
      if (size < CMSG_HEADER || next + size > end) return
      this.#take(words[word + 2] ?? 0, words[word + 3] ?? 0, next + CMSG_HEADER, size - CMSG_HEADER)
      next += (size + 7) & ~7
    }
  }

  #take(level: number, type: number, data: number, size: number): void {
    if (level === SOL_IP) this.#takeIp(type, data, size)
    else if (level === SOL_IPV6) this.#takeIpv6(type, data, size)
    else if (level === SOL_SOCKET) this.#takeSocket(type, data, size)
    else if (level === SOL_UDP && type === UDP_GRO && size >= 4) this.segment = this.#word(data)
  }

  #takeSocket(type: number, data: number, size: number): void {
    if (type === SO_TIMESTAMPNS && size >= 16) {
      this.seconds = (this.#word(data) >>> 0) + this.#word(data + 4) * 0x1_0000_0000
      this.nanos = this.#word(data + 8)
    } else if (type === SO_RXQ_OVFL && size >= 4) {
      this.drops = this.#word(data) >>> 0
    }
  }

  #takeIp(type: number, data: number, size: number): void {
    // IP_TOS is a single byte. All others have the sizes in ip(7).
    if (type === IP_TOS && size >= 1) this.tos = this.#bytes[data] ?? UNSEEN
    else if (size < 4) return
    else if (type === IP_TTL) this.ttl = this.#word(data)
    else if (type === IP_RECVFRAGSIZE) this.fragment = this.#word(data)
    else if (type === IP_RECVERR && size >= 16) this.extendedError = data
    else if (type === IP_PKTINFO && size >= IN_PKTINFO_SIZE) {
      // Not the destination of the header, but the local address that the kernel would answer from: they differ for a broadcast. An IPv6
      // socket that receives IPv4 gets IPV6_PKTINFO first, with the destination. This one comes later and replaces it.
      this.interface = this.#word(data)
      this.local = data + 4
      this.localIs6 = false
    }
  }

  #takeIpv6(type: number, data: number, size: number): void {
    if (size < 4) return
    if (type === IPV6_TCLASS) this.tos = this.#word(data)
    else if (type === IPV6_HOPLIMIT) this.ttl = this.#word(data)
    else if (type === IPV6_RECVFRAGSIZE) this.fragment = this.#word(data)
    else if (type === IPV6_RECVERR && size >= 16) this.extendedError = data
    else if (type === IPV6_PKTINFO && size >= IN6_PKTINFO_SIZE && this.#bytes[data] !== MULTICAST) {
      this.local = data
      this.localIs6 = true
      this.interface = this.#word(data + 16)
    }
  }

  #word(at: number): number {
    return this.#words[at >> 2] ?? 0
  }
}

/** Writes the header of a control message with `size` bytes of data at `at`, a multiple of 8; returns where the data go. */
function writeHeader(words: Int32Array, at: number, level: number, type: number, size: number): number {
  words[at >> 2] = controlLength(size)
  words[(at >> 2) + 1] = 0
  words[(at >> 2) + 2] = level
  words[(at >> 2) + 3] = type
  words.fill(0, (at + CMSG_HEADER) >> 2, (at + controlSpace(size)) >> 2)
  return at + CMSG_HEADER
}

/**
 * Writes a control message that sends from this IPv4 address (4 bytes at `local`) at `at`, a multiple of 8, and returns its space. The
 * routing table chooses the interface.
 */
export function writeSource4(bytes: Uint8Array, words: Int32Array, at: number, local: number): number {
  const data = writeHeader(words, at, SOL_IP, IP_PKTINFO, IN_PKTINFO_SIZE)
  bytes.copyWithin(data + 4, local, local + 4)
  return controlSpace(IN_PKTINFO_SIZE)
}

/** The same for an IPv6 address (16 bytes at `local`). A link-local one needs its interface. For others it is 0. */
export function writeSource6(bytes: Uint8Array, words: Int32Array, at: number, local: number, via: number): number {
  const data = writeHeader(words, at, SOL_IPV6, IPV6_PKTINFO, IN6_PKTINFO_SIZE)
  bytes.copyWithin(data, local, local + 16)
  words[(data + 16) >> 2] = via
  return controlSpace(IN6_PKTINFO_SIZE)
}

/**
 * Writes control messages that set the TTL (IPv6: hop limit) and the type of service (IPv6: traffic class), unless they are 0, at `at`, a
 * multiple of 8, and returns their space.
 */
export function writeMarks(words: Int32Array, at: number, hops: number, tos: number, ip6: boolean): number {
  let space = 0
  if (hops > 0) space += ip6 ? write(words, at, SOL_IPV6, IPV6_HOPLIMIT, hops) : write(words, at, SOL_IP, IP_TTL, hops)
  if (tos > 0) {
    const next = at + space
    space += ip6 ? write(words, next, SOL_IPV6, IPV6_TCLASS, tos) : write(words, next, SOL_IP, IP_TOS, tos)
  }
  return space
}

/** Writes a control message with one integer. */
function write(words: Int32Array, at: number, level: number, type: number, value: number): number {
  words[writeHeader(words, at, level, type, 4) >> 2] = value
  return controlSpace(4)
}

/** Writes a control message that cuts the message into datagrams of `segment` bytes at `at`, a multiple of 8, and returns its space. */
export function writeSegment(words: Int32Array, at: number, segment: number): number {
  const data = writeHeader(words, at, SOL_UDP, UDP_SEGMENT, 2)
  words[data >> 2] = segment
  return controlSpace(2)
}
