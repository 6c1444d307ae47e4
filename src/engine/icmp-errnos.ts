/**
 * Errors that an ICMP message leaves on a connected socket, where it fails the next send (net/ipv4/icmp.c, icmp_err_convert;
 * net/ipv6/icmp.c). Each except ECONNREFUSED can also be an error of the send itself: no route, a prohibiting route, a datagram that is too
 * big.
 */
export const ICMP_ERRNOS: ReadonlySet<number> = new Set([
  13, // EACCES: ICMPv6, administratively prohibited
  64, // ENONET: source host isolated
  71, // EPROTO: parameter problem
  90, // EMSGSIZE: too big
  92, // ENOPROTOOPT: protocol unreachable
  95, // EOPNOTSUPP: source route failed
  101, // ENETUNREACH
  111, // ECONNREFUSED
  112, // EHOSTDOWN: host unknown
  113, // EHOSTUNREACH
])

/**
 * After this number of such failures in a row, the error is taken as the datagram's own. ICMP messages may arrive between two tries, but
 * not so many.
 */
export const MAX_TRIES = 16
