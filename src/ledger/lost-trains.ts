import { isFlood, type ProbePlan } from '../facts/plan.ts'
import type { Fate } from './fate.ts'

/** Numbers of wholly lost trains, by fate and length. */
export type TrainCounts = ReadonlyMap<Fate, ReadonlyMap<number, number>>

/**
 * The trains of one client of which every datagram met the same loss. A socket that takes trains whole (UDP_GRO, udp(7)) drops them
 * whole, and its counter grows by one for each.
 */
export class LostTrains {
  /** How many there are, by fate and length. */
  readonly #counts = new Map<Fate, Map<number, number>>()
  /** What all of the open train met so far; undefined: not the same. */
  #fate: Fate | undefined
  #length = 0

  /** The next datagram in sending order, and its place in its train. */
  push(fate: Fate, place: number): void {
    if (place === 0) {
      this.#close()
      this.#fate = fate
    } else if (fate !== this.#fate) this.#fate = undefined
    this.#length += 1
  }

  result(): TrainCounts {
    this.#close()
    return this.#counts
  }

  #close(): void {
    if (this.#fate !== undefined && this.#length > 0) {
      const lengths = this.#counts.get(this.#fate) ?? new Map<number, number>()
      this.#counts.set(this.#fate, lengths.set(this.#length, (lengths.get(this.#length) ?? 0) + 1))
    }
    this.#fate = undefined
    this.#length = 0
  }
}

/**
 * How many lost datagrams so many drops account for, each of which may have been a train of up to `unit`: at least those of the shortest
 * trains that are wholly lost. Only a flood sends trains.
 */
export function droppedInTrains(
  drops: number,
  unit: number,
  fate: Fate,
  plan: ProbePlan,
  clients: readonly { readonly trains: TrainCounts }[],
): number {
  return unit > 1 && isFlood(plan)
    ? datagramsOf(
        drops,
        fate,
        clients.map(({ trains }) => trains),
      )
    : drops
}

/** The least number of datagrams that these drops account for: those of the shortest trains that are completely lost. */
export function datagramsOf(drops: number, fate: Fate, clients: readonly TrainCounts[]): number {
  const lengths = clients.flatMap(client => [...(client.get(fate) ?? [])]).toSorted(([one], [other]) => one - other)
  let left = Math.max(0, drops)
  let datagrams = 0
  for (const [length, trains] of lengths) {
    const taken = Math.min(left, trains)
    datagrams += taken * length
    left -= taken
  }
  return datagrams
}
