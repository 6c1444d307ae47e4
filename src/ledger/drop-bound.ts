/** A received datagram of another sender may represent a burst of this size that the full buffer dropped. */
const BURST = 16
/** Tolerance in standard deviations for an estimate of unobserved copies. */
const DEVIATIONS = 3

/** Drops of a socket with a full buffer, and everything besides lost probes (or their replies) that may be among them. */
export interface Dropped {
  /** Lower bound of the messages dropped; a train (UDP_GRO, udp(7)) counts once. */
  readonly drops: number
  /** Maximum number of datagrams that one drop may represent. */
  readonly unit: number
  /** Lost datagrams of the run that may be among them. */
  readonly lost: number
  /** Different datagrams of the run that the program received from this socket, and further copies of them. */
  readonly received: number
  readonly copies: number
  /** Datagrams of others received. */
  readonly strangers: number
  /** Receipts requests without an answer: the request or its answer may have been dropped. */
  readonly requests: number
}

/**
 * The minimum number of drops that were lost datagrams of the run. The counter does not show whose they were, so everything else that may be
 * among them is subtracted. Copies are assumed as likely to be dropped as originals. If the drops exceed the losses and all of that, unknown
 * datagrams may have been dropped, and nothing is proved.
 */
export function ownDrops(dropped: Dropped): number {
  const { drops, lost, strangers, requests } = dropped
  const others = possibleCopies(dropped) + BURST * strangers + requests
  return drops - others > lost ? 0 : Math.max(0, drops - others)
}

/**
 * The maximum number of drops that lost no datagram because another copy of it arrived or was dropped as well. If a share q of all datagrams is
 * dropped at random, both copies of a datagram arrive with probability (1−q)², and at least one is dropped with probability q(2−q).
 */
function possibleCopies({ drops, unit, received, copies }: Dropped): number {
  if (copies === 0) return 0
  const lost = drops * unit
  const q = lost / (lost + received + copies)
  return most((most(copies) * q * (2 - q)) / (1 - q) ** 2)
}

/** The largest expected number that is consistent with this count (Poisson). */
function most(seen: number): number {
  return Math.ceil(seen + 1 + DEVIATIONS * Math.sqrt(seen + 1))
}
