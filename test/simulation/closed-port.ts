import type { Nanos } from '../../src/base/nanos.ts'
import type { Parcel, Path, PathEnd } from './path.ts'
import type { World } from './world.ts'

/** A port where nobody listens: the host says so to whoever calls. */
export class ClosedPort implements PathEnd {
  readonly #world: World
  readonly #latency: Nanos
  readonly #complain: (path: Path, offending: Uint8Array) => void

  constructor(world: World, latency: Nanos, complain: (path: Path, offending: Uint8Array) => void) {
    this.#world = world
    this.#latency = latency
    this.#complain = complain
  }

  arrive({ bytes, path, leg }: Parcel): void {
    leg.fate = 'closed'
    this.#world.at(this.#world.now + this.#latency, () => this.#complain(path, bytes))
  }
}
