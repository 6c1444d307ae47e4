import { lookup } from 'node:dns/promises'
import type { Family } from '../base/address.ts'
import { isIPv4, isIPv6 } from '../base/ip.ts'
import { socketError } from './socket-error.ts'
import { UdptoolError } from '../base/error.ts'

export interface Resolved {
  readonly address: string
  readonly family: Family
}

/** The addresses of a host in the resolver's order, at least one. Rejects with `resolve`. */
export async function resolveHost(host: string, only?: 4 | 6): Promise<readonly [Resolved, ...Resolved[]]> {
  const numeric = isIPv4(host) ? 4 : isIPv6(host) ? 6 : undefined
  if (numeric !== undefined) {
    if (only !== undefined && only !== numeric) {
      throw new UdptoolError('resolve', `${host} is not an IPv${only} address`, {
        operation: 'resolve',
        address: host,
        hint: `leave -${only} out`,
      })
    }
    return [{ address: host, family: numeric === 4 ? 'udp4' : 'udp6' }]
  }
  let found
  try {
    found = await lookup(host, { all: true, family: only ?? 0, verbatim: true })
  } catch (cause) {
    throw socketError(cause, 'resolve', host)
  }
  const [first, ...others] = found.map(({ address, family }): Resolved => ({
    address,
    family: family === 4 ? 'udp4' : 'udp6',
  }))
  if (first === undefined)
    throw new UdptoolError('resolve', `cannot resolve ${host}: the name has no address`, {
      operation: 'resolve',
      address: host,
    })
  return [first, ...others]
}
