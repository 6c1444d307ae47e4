import { SECOND, type Nanos } from '../base/nanos.ts'

/**
 * A datagram to a neighbor stays in the send buffer of its socket while the kernel resolves the neighbor's link-layer address: 3 s by default
 * (arp(7), mcast_solicit and retrans_time_ms). Then the kernel reports an error.
 */
const SUSPENDED: Nanos = 2 * SECOND
const TRIAL: Nanos = 4 * SECOND
/** Maximum number of suspended addresses: several times the kernel's default limit for neighbors (arp(7), gc_thresh3). */
const MAX_ADDRESSES = 4096

interface Suspension {
  readonly until: Nanos
  /** One answer was sent as a trial. */
  readonly trial: boolean
}

/**
 * Addresses that this host could not reach. Each is suspended for a while, then gets one answer as a trial, and is suspended again until the
 * kernel would have reported an error. Bounded: the address suspended longest is evicted.
 */
export class UnreachableAddresses {
  readonly #suspended = new Map<string, Suspension>()

  /** Records that this host could not reach the address. Its zone is ignored: the error arrives on the loopback interface. */
  add(to: string, now: Nanos): void {
    const address = withoutZone(to)
    this.#suspended.delete(address)
    const [oldest] = this.#suspended.size < MAX_ADDRESSES ? [] : this.#suspended.keys()
    if (oldest !== undefined) this.#suspended.delete(oldest)
    this.#suspended.set(address, { until: now + SUSPENDED, trial: false })
  }

  /** Whether an answer to the address must be withheld. If not, the caller must send it: it may be the trial. */
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
