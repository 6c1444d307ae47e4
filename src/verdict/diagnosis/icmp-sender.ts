import type { Address } from '../../base/address.ts'
import { addressBytes } from '../../base/ip.ts'
import type { IcmpError } from '../../facts/icmp.ts'

/** The sender of an ICMP error: the target host, this host, or a device between them; `unknown` if the engine cannot see it. */
export type IcmpSender = 'target' | 'here' | 'between' | 'unknown'

export function icmpSender({ reporter, here }: IcmpError, target: Address): IcmpSender {
  if (reporter === undefined) return 'unknown'
  if (addressBytes(reporter)?.join('.') === addressBytes(target.address)?.join('.')) return 'target'
  return here === true ? 'here' : 'between'
}

/** Its address, if known: `10.1.0.254`; else `our own kernel` or `a router`. */
export function senderOf({ reporter, here }: IcmpError): string {
  if (here === true) return 'our own kernel'
  return reporter ?? 'a router'
}
