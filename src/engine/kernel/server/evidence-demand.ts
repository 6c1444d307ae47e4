import { SECOND, type Nanos } from '../../../base/nanos.ts'

/** After this number of datagrams in a row without a probe and without an idle moment, the server is overloaded. */
const MAX_PLAIN = 256
/** Largest usual distance between probes of one run. */
const RUN_GAP: Nanos = 2 * SECOND

/**
 * Decides when the kernel reports time of arrival and type of service of each datagram, which only the answers to probes carry: always,
 * except while plain data arrives faster than it can be answered and no probe has come for a while. For small datagrams the two cost about
 * 4 % of the time. The first probes after such a while have no type of service, and as their time of arrival the time of reading, as on an
 * engine without stamps. That concerns at most one batch, because the kernel keeps both for what is queued.
 */
export class EvidenceDemand {
  readonly #ask: (asked: boolean) => void
  #asked = true
  /** Messages since the last probe or idle moment. */
  #plain = 0
  #lastProbe: Nanos = -Infinity

  /** @param ask changes the kernel's setting, which is initially on */
  constructor(ask: (asked: boolean) => void) {
    this.#ask = ask
  }

  /** Records a batch of `messages` messages with `probes` probes. */
  took(messages: number, probes: number, now: Nanos): void {
    if (probes > 0) {
      this.#lastProbe = now
      this.rest()
    } else if (this.#asked && (this.#plain += messages) >= MAX_PLAIN && now - this.#lastProbe > RUN_GAP)
      this.#change(false)
  }

  /** Records that every request has been answered. */
  rest(): void {
    this.#plain = 0
    if (!this.#asked) this.#change(true)
  }

  #change(asked: boolean): void {
    this.#asked = asked
    this.#ask(asked)
  }
}
