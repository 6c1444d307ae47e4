/**
 * The datagrams of one run in one direction, in the order in which they entered it: what came through, and how long it took. `roundTrip`: both
 * directions as one, because nothing proves the direction of the losses.
 */
export interface Passage {
  readonly direction: 'forward' | 'return' | 'roundTrip'
  /** Number of rows. */
  readonly count: number
  /** When each entered the direction, ns since the first: when it was sent; on the return path, when the server had answered it (by our clock). */
  readonly entered: Float64Array
  /** Bytes of each as IP packets, headers and fragments included (RFC 9097 counts the same). */
  readonly bytes: Float64Array
  /** Number of IP packets of each: more than 1 if it was fragmented. */
  readonly packets: Uint8Array
  /** 1: it came through; 0: it was lost in this direction, or a queue or the firewall of this host refused it. */
  readonly passed: Uint8Array
  /** Time that it took, above the smallest in the run, ns; NaN: not known. */
  readonly queued: Float64Array
  /** Losses among the rows that our own kernel refused because its queue was full (ENOBUFS) or its firewall dropped them (EPERM). */
  readonly refusedHere: number
}

/** The directions of a run. If nothing proves in which direction datagrams were lost, there is only `roundTrip`. */
export interface Passages {
  readonly forward?: Passage
  readonly return?: Passage
  readonly roundTrip?: Passage
}
