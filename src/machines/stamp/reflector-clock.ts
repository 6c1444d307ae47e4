import { SECOND, type Nanos } from '../../base/nanos.ts'
import { NO_DWELL, type ProbePage } from '../../facts/probe-table.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import type { ClientFacts } from '../../facts/run.ts'
import type { ReflectorTimes, StampFacts } from '../../facts/stamp.ts'
import { errorSeconds, formatOf, isSynchronized } from '../../wire/stamp/error-estimate.ts'
import { layoutOf, readErrorEstimate, type Layout } from '../../wire/stamp/packet.ts'
import { readTimestamp, type Moment, type TimestampFormat } from '../../wire/stamp/timestamp.ts'
import type { Datagram } from '../datagram.ts'
import type { ProbeClock } from './probe-clock.ts'

/**
 * Some reflectors copy Z of the request while they write the other format, so their times are decades off (docs/stamp.md). If T2 is further from
 * T1 than FAR in the declared format, and nearer than NEAR in the other one, the other one is used. In seconds.
 */
const FAR = 3600
const NEAR = 60

/** Reads the times of replies, T2 and T3, and their error estimate. */
export class ReflectorClock {
  /** Format of T2 and T3 of the last reply. */
  format: TimestampFormat = 'ntp'
  /** T3 of the last reply. */
  readonly sent: Moment = { seconds: 0, nanos: 0 }
  /** Whether the last reply has T3. */
  isSentKnown = false
  readonly #facts: StampFacts
  readonly #layout: Layout
  readonly #clock: ProbeClock
  readonly #received: Moment = { seconds: 0, nanos: 0 }

  constructor(plan: StampPlan, facts: StampFacts, clock: ProbeClock) {
    this.#facts = facts
    this.#layout = layoutOf(plan.isAuthenticated)
    this.#clock = clock
  }

  /** Books the times of a first reply that is right. The clock is set to when its probe was sent. */
  book({ bytes, at }: Datagram, page: ProbePage, place: number, client: ClientFacts): void {
    const estimate = readErrorEstimate(bytes, at, this.#layout)
    this.#bookEstimate(estimate)
    const isKnown = this.#readReceived(bytes, at, formatOf(estimate))
    this.isSentKnown = readTimestamp(bytes, at + this.#layout.timestamp, this.format, this.sent)
    if (!isKnown) return
    const { seconds, nanos } = this.#received
    client.serverBase ??= seconds
    if (page.serverArrival !== undefined) page.serverArrival[place] = (seconds - client.serverBase) * SECOND + nanos
    if (!this.isSentKnown) return
    const dwell = difference(this.#received, this.sent)
    if (dwell >= 0 && dwell < NO_DWELL) page.dwell[place] = dwell
  }

  #bookEstimate(estimate: number): void {
    const times: ReflectorTimes = this.#facts.times
    times[formatOf(estimate)] += 1
    if (isSynchronized(estimate)) times.synchronized += 1
    const error = Math.ceil(errorSeconds(estimate) * SECOND)
    // The largest values of the format exceed what a duration can be.
    if (Number.isSafeInteger(error)) times.error = Math.max(times.error ?? 0, error)
  }

  /** Reads T2, in the format in which it makes sense. */
  #readReceived(bytes: Uint8Array, at: number, declared: TimestampFormat): boolean {
    const place = at + this.#layout.received
    this.format = declared
    const isRead = readTimestamp(bytes, place, declared, this.#received)
    if (isRead && this.#distance <= FAR) return true
    const other = declared === 'ntp' ? 'ptp' : 'ntp'
    if (readTimestamp(bytes, place, other, this.#received) && this.#distance < NEAR) {
      this.format = other
      this.#facts.times.contradicted += 1
      return true
    }
    return readTimestamp(bytes, place, declared, this.#received)
  }

  /** Seconds between T1 and T2. */
  get #distance(): number {
    return Math.abs(this.#received.seconds - this.#clock.seconds)
  }
}

/** How much later `to` is than `from`, in ns. Far apart it is not exact. */
export function difference(from: Moment, to: Moment): Nanos {
  return (to.seconds - from.seconds) * SECOND + to.nanos - from.nanos
}
