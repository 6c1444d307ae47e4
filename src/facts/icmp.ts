import type { Family } from '../base/address.ts'

/** An ICMP error as a host sees it. Absent fields are not visible to the engine (node:dgram sees only a closed port). */
export interface IcmpError {
  /** The errno that the kernel maps it to: 111 ECONNREFUSED, 90 EMSGSIZE, 113 EHOSTUNREACH, … */
  readonly errno: number
  readonly type?: number
  readonly code?: number
  /** Address of its sender. */
  readonly reporter?: string
  /** This host itself sent it: its kernel found no neighbor, or its own filter rejected the datagram. Known after the run. */
  readonly here?: true
  /** Next-hop MTU of a "too big" message. */
  readonly mtu?: number
  /** When the error arrived, neither the datagram with this token nor any later one had been sent. */
  readonly before?: number
  /** Address family of the datagram, if no ICMP type implies it. */
  readonly family?: Family
}

/** Whether two errors are equal, apart from the probe. */
export function sameError(one: IcmpError, other: IcmpError): boolean {
  return (
    one.errno === other.errno &&
    one.type === other.type &&
    one.code === other.code &&
    one.reporter === other.reporter &&
    one.mtu === other.mtu
  )
}
