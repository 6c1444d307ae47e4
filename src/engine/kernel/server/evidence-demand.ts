import { SECOND, type Nanos } from '../../../base/nanos.ts'

/** So many datagrams in a row without a probe and without a rest: a server that has more to do than it can. */
const MAX_PLAIN = 256
/** Probes of one run are seldom farther apart. */
const RUN_GAP: Nanos = 2 * SECOND

/**
 * When the kernel is to be asked for the time of arrival and the type of service of each datagram, which none but the answers to probes
 * carry: always, except while plain data come faster than they can be answered and no probe has come for a while. Of small datagrams
 * the two cost some 4 % of the time. The first probes after such a while have no type of service and, as on an engine without
 * stamps, the time at which they were read for that of their arrival: at most those of one batch, since what the kernel has queued it
 * still knows all of.
 */
export class EvidenceDemand {
  readonly #ask: (asked: boolean) => void
  #asked = true
  /** Messages since the last probe or rest. */
  #plain = 0
  #lastProbe: Nanos = -Infinity

  /** @param ask changes the kernel's setting, which is on at the beginning */
  constructor(ask: (asked: boolean) => void) {
    this.#ask = ask
  }

  /** A batch of so many messages was taken, with so many probes in it. */
  took(messages: number, probes: number, now: Nanos): void {
    if (probes > 0) {
      this.#lastProbe = now
      this.rest()
    } else if (this.#asked && (this.#plain += messages) >= MAX_PLAIN && now - this.#lastProbe > RUN_GAP)
      this.#change(false)
  }

  /** All that came has been answered. */
  rest(): void {
    this.#plain = 0
    if (!this.#asked) this.#change(true)
  }

  #change(asked: boolean): void {
    this.#asked = asked
    this.#ask(asked)
  }
}
