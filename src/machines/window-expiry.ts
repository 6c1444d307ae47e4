import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'

/** Called when a window slot of this client becomes free. */
export type SlotFreed = (client: number, now: Nanos) => void

/** Frees the window slot of every probe once: when it has its outcome, or when it is `timeout` old. */
export class WindowExpiry {
  /** The next time at which a slot may become free by timeout. */
  next: Nanos = 0
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #freed: SlotFreed
  /** By client: the lowest sequence whose slot has not expired. */
  readonly #unexpired: Float64Array

  constructor(plan: ProbePlan, facts: RunFacts, freed: SlotFreed) {
    this.#plan = plan
    this.#facts = facts
    this.#freed = freed
    this.#unexpired = new Float64Array(plan.clients)
  }

  /** A probe has its outcome: frees its slot, unless it has expired. */
  settled(socket: number, sequence: number, now: Nanos): void {
    if (sequence >= (this.#unexpired[socket] ?? 0)) this.#freed(socket, now)
  }

  /** Frees the slots of probes that are `timeout` old. */
  expire(now: Nanos): void {
    if (now < this.next) return
    let next = Infinity
    for (let socket = 0; socket < this.#plan.clients; socket++) {
      next = Math.min(next, this.#expireClient(socket, now))
    }
    // With nothing in flight, the next probe to expire is sent now or later.
    this.next = Math.min(next, now + this.#plan.timeout)
  }

  /** Returns when the client's oldest probe in flight expires; Infinity if there is none. */
  #expireClient(socket: number, now: Nanos): Nanos {
    const scheduled = this.#facts.clients[socket]?.scheduled ?? 0
    let next = Infinity
    let sequence = this.#unexpired[socket] ?? 0
    for (; sequence < scheduled; sequence++) {
      const row = sequence * this.#plan.clients + socket
      const page = this.#facts.probes.find(row)
      // A probe with an outcome has freed its slot already, and a retired page has no waiting probe.
      if (page?.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) continue
      const expires = (page.sent[row % PAGE_ROWS] ?? -Infinity) + this.#plan.timeout
      if (expires > now) {
        next = expires
        break
      }
      this.#freed(socket, now)
    }
    this.#unexpired[socket] = sequence
    return next
  }
}
