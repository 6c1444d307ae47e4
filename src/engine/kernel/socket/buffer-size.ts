import { SOL_SOCKET, SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'

export function askForReceiveBuffer(libc: Libc, fd: number, bytes: number): void {
  ask(libc, fd, bytes, SO_RCVBUF, SO_RCVBUFFORCE)
}

export function askForSendBuffer(libc: Libc, fd: number, bytes: number): void {
  ask(libc, fd, bytes, SO_SNDBUF, SO_SNDBUFFORCE)
}

/**
 * The kernel silently limits buffers to net.core.rmem_max and net.core.wmem_max. A process with CAP_NET_ADMIN may exceed the limit, and
 * does so, because loss in a smaller buffer would be our own fault.
 */
function ask(libc: Libc, fd: number, bytes: number, option: number, forced: number): void {
  const value = Int32Array.of(bytes)
  libc.setsockopt(fd, SOL_SOCKET, option, value)
  const given = new Uint32Array(1)
  const result = libc.getsockopt(fd, SOL_SOCKET, option, given, Uint32Array.of(given.byteLength))
  // The kernel stores twice the requested size, for its own overhead (socket(7)).
  if (result >= 0 && (given[0] ?? 0) < 2 * bytes) libc.setsockopt(fd, SOL_SOCKET, forced, value)
}
