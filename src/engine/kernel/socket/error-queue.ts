import type { Address } from '../../../base/address.ts'
import type { IcmpError } from '../../../facts/icmp.ts'
import {
  EMSGSIZE,
  IOVEC_SIZE,
  IOV_BASE,
  IOV_LEN,
  MMSGHDR_SIZE,
  MSG_CONTROL,
  MSG_CONTROLLEN,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_IOV,
  MSG_IOVLEN,
  MSG_NAME,
  MSG_NAMELEN,
  SOCKADDR_IN6_SIZE,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
} from '../system/abi.ts'
import type { Arena } from '../system/arena.ts'
import { ControlMessages, RECEIVE_CONTROL_ROOM } from './control-messages.ts'
import type { Libc } from '../system/libc.ts'
import { readSockaddr } from '../system/sockaddr.ts'

/** Limit for the quote in an ICMP error, which must fit into the minimum IPv6 MTU (RFC 4443 section 2.4). */
const QUOTE_ROOM = 1280

/** Limit for the errors read in one call, so that a flood of errors cannot keep the thread from other work. */
const MAX_AT_ONCE = 512

/** struct sock_extended_err (linux/errqueue.h): errno 0:4, origin 4:1, type 5:1, code 6:1, info 8:4; the offender's sockaddr follows. */
const EE_ORIGIN = 4
const EE_TYPE = 5
const EE_CODE = 6
const EE_INFO = 8
const EE_OFFENDER = 16

/** Reads the ICMP errors that the kernel queues for a socket with IP_RECVERR (ip(7)). */
export class ErrorQueue {
  readonly #libc: Libc
  readonly #arena: Arena
  readonly #control: ControlMessages
  readonly #header: number
  readonly #headerAddress: number
  readonly #name: number
  readonly #controls: number
  readonly #quote: number

  constructor(libc: Libc, arena: Arena) {
    this.#libc = libc
    this.#arena = arena
    this.#control = new ControlMessages(arena.bytes, arena.words)
    const header = arena.allocate(MMSGHDR_SIZE)
    const vector = arena.allocate(IOVEC_SIZE)
    const control = arena.allocate(RECEIVE_CONTROL_ROOM)
    const name = arena.allocate(SOCKADDR_IN6_SIZE)
    const quote = arena.allocate(QUOTE_ROOM)
    this.#header = header.at
    this.#headerAddress = header.address
    this.#controls = control.at
    this.#quote = quote.at
    arena.setPointer(vector.at + IOV_BASE, quote.address)
    arena.setPointer(vector.at + IOV_LEN, QUOTE_ROOM)
    this.#name = name.at
    arena.setPointer(header.at + MSG_NAME, name.address)
    arena.setPointer(header.at + MSG_IOV, vector.address)
    arena.setPointer(header.at + MSG_IOVLEN, 1)
    arena.setPointer(header.at + MSG_CONTROL, control.address)
  }

  /** Bytes of the arena that a queue needs. */
  static bytes(): number {
    return MMSGHDR_SIZE + IOVEC_SIZE + RECEIVE_CONTROL_ROOM + SOCKADDR_IN6_SIZE + QUOTE_ROOM + 5 * 64
  }

  /**
   * Reads the queue, or the oldest part of it: poll(2) reports the rest again. Each ICMP error is delivered with the beginning of the
   * datagram that caused it, and its destination. The bytes are valid during the call only. Errors of the local kernel are also in the
   * queue, and are skipped, because the call that sent the datagram already returned them.
   */
  drain(fd: number, deliver: (error: IcmpError, quoted: Uint8Array, to: Address | undefined) => void): void {
    for (let n = 0; n < MAX_AT_ONCE; n++) {
      const words = this.#arena.words
      words[(this.#header + MSG_NAMELEN) >> 2] = SOCKADDR_IN6_SIZE
      words[(this.#header + MSG_CONTROLLEN) >> 2] = RECEIVE_CONTROL_ROOM
      const length = this.#libc.recvmsg(fd, this.#headerAddress, MSG_ERRQUEUE | MSG_DONTWAIT)
      if (length < 0) return
      this.#control.read(this.#controls, words[(this.#header + MSG_CONTROLLEN) >> 2] ?? 0)
      const error = this.#icmpError(this.#control.extendedError)
      if (error === undefined) continue
      const { bytes } = this.#arena
      const to = readSockaddr(bytes, this.#name, this.#libc)
      deliver(error, bytes.subarray(this.#quote, this.#quote + length), to)
    }
  }

  #icmpError(at: number): IcmpError | undefined {
    if (at < 0) return undefined
    const { bytes, words } = this.#arena
    const origin = bytes[at + EE_ORIGIN]
    if (origin !== SO_EE_ORIGIN_ICMP && origin !== SO_EE_ORIGIN_ICMP6) return undefined
    const errno = words[at >> 2] ?? 0
    const info = words[(at + EE_INFO) >> 2] ?? 0
    const offender = readSockaddr(bytes, at + EE_OFFENDER, this.#libc)
    return {
      errno,
      type: bytes[at + EE_TYPE] ?? 0,
      code: bytes[at + EE_CODE] ?? 0,
      ...(offender === undefined ? {} : { reporter: offender.address }),
      ...(errno === EMSGSIZE && info > 0 ? { mtu: info } : {}),
    }
  }
}
