import type { Address } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RunFacts } from '../facts/run.ts'
import type { Outbox } from './machine.ts'
import { addRow } from './outbox-row.ts'
import type { ProbeProtocol } from './probe-protocol.ts'

/**
 * A connected socket never receives a reply from another address than its peer's, so everything seems lost. If no reply arrived at all, one
 * more probe is sent from an unconnected socket, to find the address that answers.
 */
export class StrayCheck {
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #protocol: ProbeProtocol
  #until: Nanos | undefined
  #sent = false

  constructor(plan: ProbePlan, facts: RunFacts, protocol: ProbeProtocol) {
    this.#plan = plan
    this.#facts = facts
    this.#protocol = protocol
  }

  /** Begins, unless it would have no time. */
  begin(now: Nanos, latest: Nanos): void {
    if (this.#plan.strayCheck && now < latest) this.#until = Math.min(latest, now + this.#plan.timeout)
  }

  done(now: Nanos): boolean {
    return this.#until === undefined || now >= this.#until || this.#facts.wrongReplyAddress !== undefined
  }

  wake(now: Nanos): Nanos {
    return this.#until === undefined || now >= this.#until ? Infinity : this.#until
  }

  send(outbox: Outbox, now: Nanos): void {
    if (this.#until === undefined || this.#sent || outbox.count >= outbox.capacity) return
    this.#sent = true
    const { straySize } = this.#protocol
    this.#protocol.write(outbox.bytes, 0, straySize, 0, 0, now)
    addRow(outbox, 0, straySize, this.#plan.clients, -1)
  }

  /** Books the address of the answer. */
  book(peer: Address): void {
    this.#facts.wrongReplyAddress ??= peer
  }
}
