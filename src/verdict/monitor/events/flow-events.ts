import { isSent, type Slot } from '../slot.ts'
import { NO_CUT, cutAfter } from './cut.ts'
import type { PathContext, Tell } from './flow-event.ts'
import { NO_ICMP, icmpAfter } from './icmp-error.ts'
import { NO_OUTAGE, type OutageState, outageAfter } from './outage.ts'
import { NO_TTL, ttlAfter } from './reply-path.ts'
import { NO_GAP, gapAfter } from './suspension.ts'

/**
 * Finds the events of a flow in its slots, which are pushed in order, each settled. A copy continues with slots that are not final, so that
 * their events are shown at once, and are gone if a late reply disproves them.
 */
export class FlowEvents {
  #outage = NO_OUTAGE
  #gap = NO_GAP
  #ttl = NO_TTL
  #cut = NO_CUT
  #icmp = NO_ICMP
  #path: number | undefined

  get outage(): OutageState {
    return this.#outage
  }

  copy(): FlowEvents {
    const copy = new FlowEvents()
    copy.#outage = this.#outage
    copy.#gap = this.#gap
    copy.#ttl = this.#ttl
    copy.#cut = this.#cut
    copy.#icmp = this.#icmp
    copy.#path = this.#path
    return copy
  }

  push(slot: Slot, { path, address, timeout }: PathContext, tell: Tell): void {
    if (path !== this.#path) {
      // The new path leads to another address or begins at another port.
      this.#path = path
      this.#ttl = NO_TTL
      this.#cut = NO_CUT
      this.#icmp = NO_ICMP
    }
    this.#gap = gapAfter(this.#gap, slot, tell)
    this.#outage = outageAfter(this.#outage, slot, timeout, tell)
    if (!isSent(slot)) return
    this.#ttl = ttlAfter(this.#ttl, slot, tell)
    this.#cut = cutAfter(this.#cut, slot, tell)
    this.#icmp = icmpAfter(this.#icmp, slot, address, tell)
  }
}
