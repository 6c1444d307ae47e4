import type { Nanos } from '../base/nanos.ts'

/** Whether anything was received in a run, and the largest round trip: after total silence other checks follow than after a few losses. */
export class Reception {
  /** Anything came back to a client's socket: a reply, or an ICMP error for a probe. */
  receivedAny = false
  /** Of all first replies. */
  largestRtt: Nanos = 0
}
