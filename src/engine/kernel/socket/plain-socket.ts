import { formatAddress, type Address } from '../../../base/address.ts'
import { socketError } from '../../socket-error.ts'
import {
  AF_INET,
  AF_UNIX,
  EAGAIN,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_TRUNC,
  SOCKADDR_IN6_SIZE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  SO_SNDBUF,
  TCP_INFO,
  TCP_INFO_DATA_SEGS_OUT,
  TCP_INFO_SIZE,
  TCP_INFO_TOTAL_RETRANS,
  TCP_NODELAY,
} from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'
import { unixSockaddr, writeSockaddr } from '../system/sockaddr.ts'
import { checked } from '../system/system-error.ts'

/** The result of one recv(2). */
export interface Taken {
  readonly bytes: Uint8Array
  /** The length of the message in the kernel. Larger than what was read if it was truncated. */
  readonly whole: number
}

/**
 * A nonblocking socket with one system call per method, of a chosen size, to show what a call does. `KernelSocket` with its batches is the
 * fast one.
 */
export class PlainSocket {
  readonly fd: number
  readonly #libc: Libc
  readonly #close: () => void

  private constructor(libc: Libc, fd: number, close: () => void) {
    this.#libc = libc
    this.fd = fd
    this.#close = close
  }

  /** Uses the descriptor of another socket, which closes it. */
  static over(libc: Libc, socket: { readonly fd: number; close(): void }): PlainSocket {
    return new PlainSocket(libc, socket.fd, () => socket.close())
  }

  /**
   * A TCP connection to a port of this host that sends each write at once (TCP_NODELAY). `sendBuffer` is requested with SO_SNDBUF. Throws a
   * UdptoolError.
   */
  static tcp(libc: Libc, to: Address, sendBuffer: number): PlainSocket {
    const name = new Uint8Array(SOCKADDR_IN6_SIZE)
    return opened(libc, AF_INET, SOCK_STREAM, formatAddress(to), fd => {
      checked(libc.setsockopt(fd, SOL_TCP, TCP_NODELAY, Int32Array.of(1)), 'setsockopt TCP_NODELAY')
      checked(libc.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, Int32Array.of(sendBuffer)), 'setsockopt SO_SNDBUF')
      checked(libc.connect(fd, name, writeSockaddr(name, 0, to, libc)), 'connect')
    })
  }

  /** A datagram socket of this host, bound to a path that does not exist yet. The caller removes the file. */
  static unixDatagrams(libc: Libc, path: string): PlainSocket {
    const name = unixSockaddr(path)
    return opened(libc, AF_UNIX, SOCK_DGRAM, path, fd => checked(libc.bind(fd, name, name.length), 'bind'))
  }

  /** A socket that sends to that path. */
  static toUnixDatagrams(libc: Libc, path: string): PlainSocket {
    const name = unixSockaddr(path)
    return opened(libc, AF_UNIX, SOCK_DGRAM, path, fd => checked(libc.connect(fd, name, name.length), 'connect'))
  }

  /** Number of bytes that send(2) took, which may be fewer than given. Below 0: −errno (−EAGAIN: the buffer is full). */
  send(bytes: Uint8Array): number {
    return this.#libc.send(this.fd, bytes, MSG_DONTWAIT | MSG_NOSIGNAL)
  }

  /** One recv(2) of at most `most` bytes. Undefined if nothing has come. Throws any other error. */
  receive(most: number): Taken | undefined {
    const bytes = new Uint8Array(most)
    const whole = this.#libc.recv(this.fd, bytes, MSG_DONTWAIT | MSG_TRUNC)
    if (whole === -EAGAIN) return undefined
    checked(whole, 'recv')
    return { bytes: bytes.subarray(0, Math.min(whole, most)), whole }
  }

  /** SO_SNDBUF as the kernel reports it, its own overhead included (socket(7)). */
  sendBuffer(): number {
    const value = new Uint32Array(1)
    checked(
      this.#libc.getsockopt(this.fd, SOL_SOCKET, SO_SNDBUF, value, Uint32Array.of(value.byteLength)),
      'getsockopt SO_SNDBUF',
    )
    return value[0] ?? 0
  }

  /** Segments with data that TCP has sent, without those sent again. Undefined if the kernel does not report it. */
  dataSegments(): number | undefined {
    const info = new Uint32Array(TCP_INFO_SIZE / 4)
    const length = Uint32Array.of(info.byteLength)
    const result = this.#libc.getsockopt(this.fd, SOL_TCP, TCP_INFO, info, length)
    if (result < 0 || (length[0] ?? 0) < TCP_INFO_SIZE) return undefined
    return (info[TCP_INFO_DATA_SEGS_OUT / 4] ?? 0) - (info[TCP_INFO_TOTAL_RETRANS / 4] ?? 0)
  }

  close(): void {
    this.#close()
  }
}

/** Opens a socket and calls `ready` with it. If that fails, the socket is closed. */
function opened(libc: Libc, domain: number, type: number, name: string, ready: (fd: number) => void): PlainSocket {
  const fd = libc.socket(domain, type | SOCK_CLOEXEC, 0)
  try {
    checked(fd, 'socket')
    ready(fd)
    let open = true
    return PlainSocket.over(libc, {
      fd,
      close: () => {
        if (open) libc.close(fd)
        open = false
      },
    })
  } catch (cause) {
    if (fd >= 0) libc.close(fd)
    throw socketError(cause, 'bind', name)
  }
}
