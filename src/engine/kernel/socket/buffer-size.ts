import { SOL_SOCKET, SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'

/** Asks for a receive buffer of so many bytes. */
export function askForReceiveBuffer(libc: Libc, fd: number, bytes: number): void {
  ask(libc, fd, bytes, SO_RCVBUF, SO_RCVBUFFORCE)
}

/** Asks for a send buffer of so many bytes. */
export function askForSendBuffer(libc: Libc, fd: number, bytes: number): void {
  ask(libc, fd, bytes, SO_SNDBUF, SO_SNDBUFFORCE)
}

/**
 * The kernel caps in silence what it gives at net.core.rmem_max and net.core.wmem_max. Who has CAP_NET_ADMIN may go beyond: a smaller
 * buffer would show as loss of our own making.
 */
function ask(libc: Libc, fd: number, bytes: number, option: number, forced: number): void {
  const value = Int32Array.of(bytes)
  libc.setsockopt(fd, SOL_SOCKET, option, value)
  const given = new Uint32Array(1)
  const result = libc.getsockopt(fd, SOL_SOCKET, option, given, Uint32Array.of(given.byteLength))
  // What is stored is twice what was asked, for the kernel's own overhead (socket(7)).
  if (result >= 0 && (given[0] ?? 0) < 2 * bytes) libc.setsockopt(fd, SOL_SOCKET, forced, value)
}
