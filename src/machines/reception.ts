import type { Nanos } from '../base/nanos.ts'

/** How a run is received, as a whole: from total silence other questions follow than from a few lost replies. */
export class Reception {
  /** Anything came back to a client's socket: a reply, or an ICMP error for a probe. */
  receivedAny = false
  /** Of all first replies. */
  largestRtt: Nanos = 0
}
