import { SECOND, type Nanos } from '../base/nanos.ts'

/**
 * What is sent to a neighbor stays in the send buffer of its socket for as long as the kernel tries to resolve the neighbor's link-layer
 * address: 3 s by default (arp(7), mcast_solicit and retrans_time_ms). Then an error says so.
 */
const SUSPENDED: Nanos = 2 * SECOND
const TRIAL: Nanos = 4 * SECOND
/** Addresses suspended at once: as many neighbors as the kernel has by default (arp(7), gc_thresh3), several times over. */
const MAX_ADDRESSES = 4096

interface Suspension {
  readonly until: Nanos
  /** One answer was sent to see whether the address can be reached now. */
  readonly trial: boolean
}

/**
 * Addresses that this host could not reach. Each is suspended for a while, then gets one answer as a trial, and is suspended again until the
 * kernel would have reported an error. Bounded: the address suspended longest is evicted.
 */
export class UnreachableAddresses {
  readonly #suspended = new Map<string, Suspension>()

  /** This host could not reach the address. Its zone does not count: the error comes by the loopback interface. */
  add(to: string, now: Nanos): void {
    const address = withoutZone(to)
    this.#suspended.delete(address)
    const [oldest] = this.#suspended.size < MAX_ADDRESSES ? [] : this.#suspended.keys()
    if (oldest !== undefined) this.#suspended.delete(oldest)
    this.#suspended.set(address, { until: now + SUSPENDED, trial: false })
  }

  /** Whether an answer to the address must be withheld. If not, the caller sends it: it may be the trial. */
  refuses(to: string, now: Nanos): boolean {
    if (this.#suspended.size === 0) return false
    const address = withoutZone(to)
    const suspension = this.#suspended.get(address)
    if (suspension === undefined) return false
    if (now < suspension.until) return true
    if (suspension.trial) this.#suspended.delete(address)
    else this.#suspended.set(address, { until: now + TRIAL, trial: true })
    return false
  }
}

function withoutZone(address: string): string {
  const at = address.indexOf('%')
  return at < 0 ? address : address.slice(0, at)
}
