import { Resolver } from 'node:dns/promises'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import type { Target } from '../base/target.ts'
import { UdptoolError } from '../base/error.ts'
import { messageOf } from '../base/thrown.ts'
import { errorName } from './socket-error.ts'

/** Time for an answer of one name server, and how often all of them are asked. */
const TIMEOUT: Nanos = 2 * SECOND
const TRIES = 2

/** Meanings of the errors of c-ares (node:dns, error codes). */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'there is no such name'],
  ['ENODATA', 'the name has no SRV record'],
  ['ETIMEOUT', 'the name server did not answer'],
  ['ECONNREFUSED', 'no name server listens'],
  ['ESERVFAIL', 'the name server failed'],
  ['EREFUSED', 'the name server refused to answer'],
])

/**
 * The hosts and ports of the SRV records of a name (RFC 2782), of each priority. Rejects with `resolve`. Asks the name servers of this host
 * directly, without a thread: getaddrinfo(3) knows no SRV records. So /etc/hosts and search domains do not count.
 */
export async function resolveServices(name: string): Promise<readonly Target[]> {
  // A new one each time reads /etc/resolv.conf again.
  const resolver = new Resolver({ timeout: TIMEOUT / MILLISECOND, tries: TRIES })
  try {
    const records = await resolver.resolveSrv(name)
    // The root as host says that there is no such service.
    return records
      .filter(({ name: host }) => host !== '' && host !== '.')
      .map(({ name: host, port }) => ({ host, port }))
  } catch (cause) {
    const reason = REASONS.get(errorName(cause)) ?? messageOf(cause)
    throw new UdptoolError('resolve', `cannot resolve ${name}: ${reason}`, {
      operation: 'resolve',
      address: name,
      cause,
    })
  }
}
