import type { Result } from './result.ts'

type IcmpEntry = NonNullable<Result['unreachable']>[number]

/** Names by type and code (RFC 792, RFC 1122, RFC 1812). */
const ICMP4: ReadonlyMap<string, string> = new Map([
  ['3/0', 'network unreachable'],
  ['3/1', 'host unreachable'],
  ['3/2', 'protocol unreachable'],
  ['3/3', 'port unreachable'],
  ['3/4', 'too big'],
  ['3/5', 'source route failed'],
  ['3/6', 'network unknown'],
  ['3/7', 'host unknown'],
  ['3/9', 'network prohibited'],
  ['3/10', 'host prohibited'],
  ['3/11', 'network unreachable for this DSCP'],
  ['3/12', 'host unreachable for this DSCP'],
  ['3/13', 'prohibited by a filter'],
  ['11/0', 'time to live exceeded'],
  ['11/1', 'reassembly time exceeded'],
])

/** Names by type and code (RFC 4443). */
const ICMP6: ReadonlyMap<string, string> = new Map([
  ['1/0', 'no route'],
  ['1/1', 'prohibited by a filter'],
  ['1/2', 'beyond the scope of the source'],
  ['1/3', 'address unreachable'],
  ['1/4', 'port unreachable'],
  ['1/5', 'source address refused'],
  ['1/6', 'route rejected'],
  ['2/0', 'too big'],
  ['3/0', 'hop limit exceeded'],
  ['3/1', 'reassembly time exceeded'],
])

/** Names by errno, for engines that do not see the ICMP type. */
const ERRNO: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'port unreachable'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
  ['EMSGSIZE', 'too big'],
])

/** An ICMP error by name, with its MTU, and its sender unless that is the target: `too big (MTU 1400) from 10.0.0.1`. */
export function icmpName(entry: IcmpEntry, { address, family }: Result['target']): string {
  const { error, type, code = 0, mtu, reporter, by } = entry
  const known = type === undefined ? undefined : (family === 'udp6' ? ICMP6 : ICMP4).get(`${type}/${code}`)
  const name = known ?? ERRNO.get(error) ?? (type === undefined ? error : `${error} (ICMP ${type}/${code})`)
  const mtuText = mtu === undefined ? '' : ` (MTU ${mtu})`
  const sender =
    reporter === undefined || reporter === address ? '' : by === 'here' ? ' from this host' : ` from ${reporter}`
  return name + mtuText + sender
}
