import { fnv1a32Text } from '../../base/fnv.ts'
import { formatTarget, type Target } from '../../base/target.ts'

/**
 * The targets of a mesh, of which each host asks the few with the highest weight: a hash of the host's own name and the target (rendezvous
 * hashing: Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998). So each host chooses alone, from the same list,
 * and a target that comes or goes changes only the choice of the hosts that ask it. The number of hosts that ask a target has the spread of a
 * Poisson distribution (docs/fleet.md).
 */
export class Mesh {
  readonly #targets: readonly Target[]
  readonly #hashes: Uint32Array

  /** @param targets each of them once */
  constructor(targets: readonly Target[]) {
    this.#targets = targets
    this.#hashes = Uint32Array.from(targets, target => fnv1a32Text(formatTarget(target)))
  }

  /** The targets that the host of this name asks, at most `count`, in the order of the targets. */
  neighboursOf(own: string, count: number): readonly Target[] {
    if (this.#targets.length <= count) return this.#targets
    const seed = mixed(fnv1a32Text(own) ^ OWN)
    /** The highest weights so far, in descending order, and the places of their targets. */
    const highest: number[] = []
    const places: number[] = []
    const hashes = this.#hashes
    let least = -1
    for (let place = 0; place < hashes.length; place++) {
      const weight = mixed(seed ^ (hashes[place] ?? 0))
      if (weight <= least) continue
      let at = Math.min(highest.length, count - 1)
      for (; at > 0 && weight > (highest[at - 1] ?? 0); at--) {
        highest[at] = highest[at - 1] ?? 0
        places[at] = places[at - 1] ?? 0
      }
      highest[at] = weight
      places[at] = place
      least = highest[count - 1] ?? -1
    }
    return places.toSorted((a, b) => a - b).flatMap(place => this.#targets[place] ?? [])
  }
}

/** Keeps the hash of an own name apart from that of a target with the same text. Any number but 0. */
const OWN = 0x9e3779b9

/** The finalizer of MurmurHash3: each bit of the input changes each bit of the output with probability 1/2. Bijective. */
function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
