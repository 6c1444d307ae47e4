import type { Address } from '../../../base/address.ts'
import { addressBytes } from '../../../base/ip.ts'
import { SECOND, type Nanos } from '../../../base/nanos.ts'
import type { IcmpError } from '../../../facts/icmp.ts'
import { isLocalAddress } from '../../local-addresses.ts'
import { EHOSTUNREACH } from '../system/abi.ts'

/** Limits how often the host's addresses are listed, because that is slow and there may be thousands of errors. */
const MAX_AGE: Nanos = SECOND
/** Limit for remembered reporters. */
const MAX_REPORTERS = 64

/**
 * Distinguishes the errors of unresolved neighbors from other ICMP errors of a server's socket. They come from this host itself. A datagram
 * that another host reports takes no room in the send buffer, and anyone can forge such a report (RFC 5927).
 */
export class UnresolvedNeighbors {
  readonly #bound: string | undefined
  readonly #known = new Map<string, boolean>()
  #since: Nanos = -Infinity

  constructor({ address }: Address) {
    const isWildcard = addressBytes(address)?.every(byte => byte === 0) === true
    this.#bound = isWildcard ? undefined : withoutZone(address)
  }

  has({ errno, reporter }: IcmpError, now: Nanos): boolean {
    if (errno !== EHOSTUNREACH || reporter === undefined) return false
    return this.#bound === undefined ? this.#isLocal(reporter, now) : withoutZone(reporter) === this.#bound
  }

  #isLocal(reporter: string, now: Nanos): boolean {
    if (now - this.#since > MAX_AGE) {
      this.#known.clear()
      this.#since = now
    }
    const known = this.#known.get(reporter)
    if (known !== undefined || this.#known.size >= MAX_REPORTERS) return known ?? false
    const own = isLocalAddress(reporter)
    this.#known.set(reporter, own)
    return own
  }
}

/** Removes the zone of a link-local address, because the error comes by the loopback interface. */
function withoutZone(address: string): string {
  return address.split('%')[0] ?? address
}
