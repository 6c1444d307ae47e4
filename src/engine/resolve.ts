import { lookup } from 'node:dns/promises'
import type { Family } from '../base/address.ts'
import { isIPv4, isIPv6 } from '../base/ip.ts'
import { socketError } from './socket-error.ts'
import { UdptoolError } from '../base/error.ts'

export interface Resolved {
  readonly address: string
  readonly family: Family
}

/** The distinct addresses of a host in the resolver's order, at least one. */
export type Addresses = readonly [Resolved, ...Resolved[]]

/** An entry of the result of `dns.lookup`. */
export interface Found {
  readonly address: string
  readonly family: number
}

/** Calls the system's resolver. Rejects with a system error. */
export type Lookup = (host: string, family: 0 | 4 | 6) => Promise<readonly Found[]>

let pending = 0

/** Whether a lookup is in progress. It runs on a thread that Node waits for at exit, and cannot be cancelled. */
export function isResolving(): boolean {
  return pending > 0
}

/** Calls the system's resolver in this process. */
export async function lookUp(host: string, family: 0 | 4 | 6): Promise<readonly Found[]> {
  pending += 1
  try {
    return await lookup(host, { all: true, family, verbatim: true })
  } finally {
    pending -= 1
  }
}

/** The addresses of a host, of one IP version if it is given. Rejects with `resolve`. */
export async function resolveHost(host: string, only?: 4 | 6, ask: Lookup = lookUp): Promise<Addresses> {
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
    found = await ask(host, only ?? 0)
  } catch (cause) {
    throw socketError(cause, 'resolve', host)
  }
  const versions = new Map(found.map(({ address, family }) => [address, family]))
  const [first, ...others] = [...versions].map(([address, family]): Resolved => ({
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

/**
 * Calls `open` with the addresses of a host, in the resolver's order, until one succeeds. An address that this host does not have, or whose
 * family it lacks, is skipped. Rejects with the error of the first.
 */
export async function openAtFirst<T>(addresses: Addresses, open: (at: Resolved) => Promise<T>): Promise<T> {
  let failure: unknown
  for (const one of addresses) {
    try {
      return await open(one)
    } catch (error) {
      if (!(error instanceof UdptoolError) || error.code !== 'addressUnavailable') throw error
      failure ??= error
    }
  }
  throw failure
}
