import type { Family } from '../../base/address.ts'
import type { IcmpError } from '../../facts/icmp.ts'

/** Kinds of ICMP errors, as in metrics. */
export const ICMP_KINDS = [
  'port_unreachable',
  'host_unreachable',
  'net_unreachable',
  'admin_prohibited',
  'too_big',
  'ttl_exceeded',
  'other',
] as const

export type IcmpKind = (typeof ICMP_KINDS)[number]

/** By type and code: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1. */
const ICMP4: ReadonlyMap<string, IcmpKind> = new Map([
  ['3/0', 'net_unreachable'],
  ['3/1', 'host_unreachable'],
  ['3/3', 'port_unreachable'],
  ['3/4', 'too_big'],
  ['3/6', 'net_unreachable'],
  ['3/7', 'host_unreachable'],
  ['3/9', 'admin_prohibited'],
  ['3/10', 'admin_prohibited'],
  ['3/11', 'net_unreachable'],
  ['3/12', 'host_unreachable'],
  ['3/13', 'admin_prohibited'],
  ['11/0', 'ttl_exceeded'],
])

/** By type and code: RFC 4443 section 3. */
const ICMP6: ReadonlyMap<string, IcmpKind> = new Map([
  ['1/0', 'net_unreachable'],
  ['1/1', 'admin_prohibited'],
  ['1/3', 'host_unreachable'],
  ['1/4', 'port_unreachable'],
  ['1/5', 'admin_prohibited'],
  ['1/6', 'net_unreachable'],
  ['2/0', 'too_big'],
  ['3/0', 'ttl_exceeded'],
])

/** By errno, for engines that do not see the ICMP type: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, EMSGSIZE (errno(3)). */
const ERRNO: ReadonlyMap<number, IcmpKind> = new Map([
  [111, 'port_unreachable'],
  [113, 'host_unreachable'],
  [101, 'net_unreachable'],
  [13, 'admin_prohibited'],
  [90, 'too_big'],
])

export function icmpKind({ errno, type, code = 0 }: IcmpError, family: Family): IcmpKind {
  if (type === undefined) return ERRNO.get(errno) ?? 'other'
  return (family === 'udp6' ? ICMP6 : ICMP4).get(`${type}/${code}`) ?? 'other'
}
