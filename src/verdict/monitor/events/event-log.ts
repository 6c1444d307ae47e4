import { SECOND, type Nanos } from '../../../base/nanos.ts'
import { slotsOfEpoch } from '../../../facts/path.ts'
import type { MonitorClock } from '../clock.ts'
import type { MonitorEvent, MonitorEventKind } from '../view.ts'
import { eventTexts, groupEvents, type EventGroup, type TargetFlowEvent } from './grouped-events.ts'

/** Number of events that a view shows. */
export const MOST_EVENTS = 50
/** Number of events of one flow that wait for those of the other flows. */
const MOST_WAITING = 8

export interface EventLogRule {
  /** Number of flows of the target. */
  readonly flows: number
  readonly interval: Nanos
  readonly timeout: Nanos
}

/** An event, and its place among the others: steady time in ms. */
interface PlacedEvent {
  readonly steadyMs: number
  readonly event: MonitorEvent
}

/** The latest events of a target. */
export class EventLog {
  readonly #clock: MonitorClock
  readonly #flows: number
  readonly #interval: Nanos
  /** After this time the slots of all flows are final. */
  readonly #closing: Nanos
  #events: readonly PlacedEvent[] = []
  /** Events of final slots. With several flows they wait for those of the others. */
  #waiting: TargetFlowEvent[] = []

  constructor(clock: MonitorClock, { flows, interval, timeout }: EventLogRule) {
    this.#clock = clock
    this.#flows = flows
    this.#interval = interval
    // A slot is final when its epoch is over, its timeout, a wait for late replies of the same length or a second, and the receipts.
    this.#closing = slotsOfEpoch({ interval }) * interval + 4 * timeout + 10 * SECOND
  }

  /** Adds an event that no slot shows. */
  add(kind: MonitorEventKind, steadyMs: number, text: string): void {
    this.#keep([{ steadyMs, event: { at: this.#clock.shown(steadyMs), kind, text } }])
  }

  /** Adds an event of final slots. */
  addFinal(event: TargetFlowEvent): void {
    this.#waiting.push(event)
  }

  /** Combines the events of final slots that no other flow can join any more. */
  settle(now: Nanos): void {
    if (this.#waiting.length === 0) return
    const surplus = this.#waiting.length - MOST_WAITING * this.#flows
    const until = surplus > 0 ? (this.#waiting[surplus]?.known ?? now) : now - this.#closing
    const groups = this.#groups(this.#waiting)
    const done = groups.filter(group => this.#flows === 1 || group.every(({ known }) => known < until))
    if (done.length === 0) return
    this.#waiting = groups.filter(group => !done.includes(group)).flat()
    this.#keep(this.#placed(done))
  }

  /**
   * The last events, the oldest first. Events of some flows only are held back until the others had time to show theirs.
   * @param provisional events of slots that are not final
   * @param now driver's clock
   */
  view(provisional: readonly TargetFlowEvent[], now: Nanos): readonly MonitorEvent[] {
    const groups = this.#groups([...this.#waiting, ...provisional]).filter(
      group => group.length === this.#flows || group.every(({ known }) => known + 2 * this.#interval <= now),
    )
    const all = groups.length === 0 ? this.#events : ordered([...this.#events, ...this.#placed(groups)])
    return all.slice(-MOST_EVENTS).map(({ event }) => event)
  }

  #keep(events: readonly PlacedEvent[]): void {
    this.#events = ordered([...this.#events, ...events]).slice(-MOST_EVENTS)
  }

  #groups(events: readonly TargetFlowEvent[]): EventGroup[] {
    const inOrder = events.length < 2 ? events : events.toSorted((one, other) => one.moment - other.moment)
    return groupEvents(inOrder, 2 * this.#interval)
  }

  #placed(groups: readonly EventGroup[]): PlacedEvent[] {
    return groups.flatMap(group =>
      eventTexts(group, this.#flows).map(({ kind, moment, text }) => {
        const steadyMs = this.#clock.steady(moment)
        return { steadyMs, event: { at: this.#clock.shown(steadyMs), kind, text } }
      }),
    )
  }
}

function ordered(events: PlacedEvent[]): PlacedEvent[] {
  return events.sort((one, other) => one.steadyMs - other.steadyMs)
}
