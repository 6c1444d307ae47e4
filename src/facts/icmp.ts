import type { Family } from '../base/address.ts'

/** An ICMP error as a host can see it. What the engine cannot see is absent (node:dgram: only that the port is closed). */
export interface IcmpError {
  /** The error that the kernel makes of it: 111 ECONNREFUSED, 90 EMSGSIZE, 113 EHOSTUNREACH, … */
  readonly errno: number
  readonly type?: number
  readonly code?: number
  /** Who sent it. */
  readonly reporter?: string
  /** This host itself sent it: its kernel found no neighbour, or its own filter rejected the datagram. Known after the run. */
  readonly here?: true
  /** Next-hop MTU of a "too big" message. */
  readonly mtu?: number
  /** The datagram of this token had not left when the error came, nor had any after it. */
  readonly before?: number
  /** Over what the datagram went, where no type says so. */
  readonly family?: Family
}

/** Whether two errors say the same, of whatever probe. */
export function sameError(one: IcmpError, other: IcmpError): boolean {
  return (
    one.errno === other.errno &&
    one.type === other.type &&
    one.code === other.code &&
    one.reporter === other.reporter &&
    one.mtu === other.mtu
  )
}
