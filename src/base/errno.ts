/** Linux errno values that a socket can return (asm-generic/errno.h), and 0 for a datagram that never left our own queue. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'still queued'],
  [1, 'EPERM'],
  [11, 'EAGAIN'],
  [12, 'ENOMEM'],
  [13, 'EACCES'],
  [22, 'EINVAL'],
  [71, 'EPROTO'],
  [90, 'EMSGSIZE'],
  [92, 'ENOPROTOOPT'],
  [95, 'EOPNOTSUPP'],
  [97, 'EAFNOSUPPORT'],
  [99, 'EADDRNOTAVAIL'],
  [100, 'ENETDOWN'],
  [101, 'ENETUNREACH'],
  [105, 'ENOBUFS'],
  [111, 'ECONNREFUSED'],
  [112, 'EHOSTDOWN'],
  [113, 'EHOSTUNREACH'],
])

/** errno of a send that finds no room in the send buffer (send(2)). */
export const EAGAIN = 11

/** The name of an errno: `EMSGSIZE`. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`
}
