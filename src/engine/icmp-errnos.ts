/**
 * Errors that an ICMP message leaves on a connected socket, where it fails the next send (net/ipv4/icmp.c, icmp_err_convert; net/ipv6/icmp.c).
 * But for ECONNREFUSED each can also be the own failure of a send: no route, a route that prohibits, a datagram too big.
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
 * Tries of one datagram that fail with such an error until it is believed to be the datagram's own. ICMP messages may arrive between two
 * tries; so many in a row do not.
 */
export const MAX_TRIES = 16
