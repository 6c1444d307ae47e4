/** A received datagram of another sender may stand for a burst of this size that the full buffer dropped. */
const BURST = 16
/** Standard deviations that an estimate of what was not seen may be wrong by. */
const DEVIATIONS = 3

/** What the full buffer of a socket did not take, and what else than lost probes (or their replies) may be among it. */
export interface Dropped {
  /** Messages that it did not take, at least; of trains (UDP_GRO, udp(7)) each counts once. */
  readonly drops: number
  /** Datagrams that one of them may stand for. */
  readonly unit: number
  /** Datagrams of the run that were lost, and may be among them. */
  readonly lost: number
  /** Different datagrams of the run that the program received from this socket, and further copies of them. */
  readonly received: number
  readonly copies: number
  /** Datagrams of others that it received. */
  readonly strangers: number
  /** Questions about receipts that were not answered: they, or their answers, may have been dropped. */
  readonly questions: number
}

/**
 * How many of the drops were lost datagrams of the run, at least. The counter does not say whose they were, so everything that may be
 * among them is subtracted. Copies are taken to be hit as originals are. Where the drops are more than the losses and all that explain,
 * unseen datagrams may have been dropped, and nothing is proved.
 */
export function ownDrops(dropped: Dropped): number {
  const { drops, lost, strangers, questions } = dropped
  const others = possibleCopies(dropped) + BURST * strangers + questions
  return drops - others > lost ? 0 : Math.max(0, drops - others)
}

/**
 * Drops that did not lose a datagram, at most, because another copy of it came or was dropped as well. Of the copies that were made, the
 * program saw those of which both came: with a part q of all datagrams dropped at random (1−q)², and q(2−q) lost one at least.
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
