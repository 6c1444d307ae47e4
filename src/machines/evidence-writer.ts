import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { emptySlot, fillSlot, readSlot } from '../wire/evidence.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import { UNSEEN, type Environment } from './machine.ts'
import { RealEpoch } from './real-epoch.ts'

/** How long a reading of the drops is used, however fast the socket's own counter grows: each reading opens /proc. */
const DROPS_AGE: Nanos = 100 * MILLISECOND

/** Writes the server's evidence about a probe into the slot of its reply (docs/wire-format.md, bytes 50 to 116). Reuses one slot. */
export class EvidenceWriter {
  readonly #environment: Environment
  readonly #codec: Codec
  readonly #slot = emptySlot()
  readonly #epoch: RealEpoch
  /** The socket's drop counter when the drops were last read, and the drops then: without those for another reason than a full buffer. */
  #counter = 0
  #drops = 0
  #dropsUntil: Nanos = -Infinity

  constructor(environment: Environment, codec: Codec) {
    this.#environment = environment
    this.#codec = codec
    this.#epoch = new RealEpoch(environment)
  }

  /**
   * Fills the blank slot of a probe.
   * @param declared the length in its header
   * @param received different probes of its run so far, this one included
   */
  fill(probe: Datagram, declared: number, received: number): void {
    const slot = this.#slot
    const { inbox, m, at, size, whole, arrived, now } = probe
    const epoch = this.#epoch.at(now)
    const nanos = epoch.nanos + arrived
    const seconds = Math.floor(nanos / SECOND)
    slot.received = received
    slot.seen = size
    slot.whole = whole
    slot.fragment = inbox.fragment[m] ?? UNSEEN
    slot.tos = inbox.tos[m] ?? UNSEEN
    slot.ttl = inbox.ttl[m] ?? UNSEEN
    slot.drops = this.#dropsOf(inbox.drops[m] ?? UNSEEN, now)
    slot.arrivalSeconds = epoch.seconds + seconds
    slot.arrivalNanos = nanos - seconds * SECOND
    slot.dwell = Math.max(0, now - arrived)
    this.#codec.fillSlot(inbox.bytes, at, size, declared, slot)
  }

  /** Lower bound of the drops by a full buffer when the socket's drop counter was `counter`. */
  #dropsOf(counter: number, now: Nanos): number {
    if (counter === UNSEEN) return UNSEEN
    if (counter !== this.#counter && now >= this.#dropsUntil) {
      this.#drops = this.#environment.drops(0) ?? UNSEEN
      this.#counter = counter
      this.#dropsUntil = now + DROPS_AGE
    }
    return this.#drops
  }

  /** Writes a new dwell, in ns, into a filled slot, because the reply was delayed. */
  rewriteDwell(bytes: Uint8Array, at: number, size: number, declared: number, dwell: Nanos): void {
    readSlot(bytes, at, size, this.#slot)
    this.#slot.dwell = dwell
    fillSlot(bytes, at, size, declared, this.#slot)
  }
}
