import { isFlood, type ProbePlan } from '../facts/plan.ts'
import type { Fate } from './fate.ts'

/** Number of completely lost trains, by fate and length. */
export type TrainCounts = ReadonlyMap<Fate, ReadonlyMap<number, number>>

/**
 * The trains of one client whose datagrams all have the same loss. A socket that receives whole trains (UDP_GRO, udp(7)) drops them as a whole,
 * and its counter grows by one for each.
 */
export class LostTrains {
  /** Number of trains, by fate and length. */
  readonly #counts = new Map<Fate, Map<number, number>>()
  /** The common fate of the open train so far; undefined: they differ. */
  #fate: Fate | undefined
  #length = 0

  /** The next datagram in sending order, and its index in its train. */
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

/** The number of lost datagrams that these drops account for, if each may be a train of up to `unit`. Only a flood sends trains. */
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

/** The minimum number of datagrams that these drops account for: the shortest completely lost trains. */
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
