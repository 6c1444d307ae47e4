import { BoundSlots, type BoundSlot } from '../../../../src/ledger/one-way/bound-slots.ts'

/** The server's clock less ours at a time of our clock, ns. */
export type ClockOffset = (at: number) => number

export interface Trip {
  readonly sent: number
  readonly arrived: number
  readonly upper: number
  readonly lower: number
  /** When the probe reached the server and when its reply was sent, by our clock. */
  readonly reached: number
  readonly left: number
  /** The same by the server's clock. */
  readonly serverArrival: number
  readonly dwell: number
}

/** A path and two clocks, from a seed. */
export interface World {
  readonly random: () => number
  /** ns from the first probe to the last. */
  readonly span: number
  readonly count: number
  /** Minimum delays of both directions. */
  readonly forward: number
  readonly back: number
  /** Mean of the additional exponential queueing. */
  readonly forwardQueue: number
  readonly backQueue: number
  readonly offset: number
  /** A ratio. */
  readonly skew: number
}

function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Runs of 0.1 s to 10 min, round trips of 10 µs to 100 ms, queues from none to twice that, clocks up to 500 ppm apart. */
export function world(seed: number): World {
  const random = generator(seed)
  const between = (low: number, high: number): number => 10 ** (low + (high - low) * random())
  const trip = between(4, 8)
  const share = random()
  const queue = (): number => (random() < 0.2 ? 0 : trip * between(-2, 0.3))
  return {
    random,
    span: between(8, 11.78),
    count: 3 + Math.floor(random() * 97),
    forward: trip * share,
    back: trip * (1 - share),
    forwardQueue: queue(),
    backQueue: queue(),
    offset: (random() - 0.5) * 1e12,
    skew: (random() < 0.5 ? -1 : 1) * between(-7, Math.log10(5e-4)),
  }
}

/** A clock with a constant rate. */
export function steady({ offset, skew }: World): ClockOffset {
  return at => offset + skew * at
}

/** Probes at a steady pace. Readings are rounded so that the bounds stay valid: a send time down, an arrival up. */
export function travel(given: World, offset: ClockOffset): readonly Trip[] {
  const { random, count, span } = given
  const queue = (mean: number): number => (mean === 0 ? 0 : -mean * Math.log(1 - random()))
  return Array.from({ length: count }, (_, number) => {
    const sent = Math.floor((number * span) / count)
    const reached = sent + given.forward + queue(given.forwardQueue)
    const kept = Math.floor(random() * 20_000)
    const left = reached + kept
    const arrived = Math.ceil(left + given.back + queue(given.backQueue))
    const serverArrival = Math.ceil(reached + offset(reached))
    const dwell = Math.floor(left + offset(left)) - serverArrival
    return {
      sent,
      arrived,
      upper: serverArrival - sent,
      lower: serverArrival + dwell - arrived,
      reached,
      left,
      serverArrival,
      dwell,
    }
  }).filter(({ lower, upper }) => lower <= upper)
}

/** The trips as the bounds of a run. */
export function slotsOf(trips: readonly Trip[]): readonly BoundSlot[] {
  const slots = new BoundSlots(trips[0]?.sent ?? 0)
  for (const { sent, arrived, upper, lower } of trips) slots.push(sent, arrived, upper, lower)
  return slots.list()
}
