import type { Nanos } from '../base/nanos.ts'

/**
 * Whether anything was received in a run, and the largest round trip: different checks follow after no reply at all than after a few losses.
 */
export class Reception {
  /** Whether a client's socket received anything: a reply, or an ICMP error for a probe. */
  receivedAny = false
  /** Of all first replies. */
  largestRtt: Nanos = 0
}
