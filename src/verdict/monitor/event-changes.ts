import { MOST_EVENTS } from './events/event-log.ts'
import { targetKey } from './target-key.ts'
import type { MonitorEvent, MonitorView, TargetView } from './view.ts'

/** An event that was not in the view before, or that is no longer in it. */
export interface EventChange {
  readonly target: TargetView
  readonly event: MonitorEvent
  /** A late reply has disproved it. */
  readonly isWithdrawn: boolean
}

/** Compares the events of consecutive views, for output that only grows. */
export class EventChanges {
  /** By key of the target: the events of its last view, the oldest first. */
  #shown: ReadonlyMap<string, readonly MonitorEvent[]> = new Map()

  /** The events that are new or withdrawn since the last call, by target. Those of a removed target are not withdrawn. */
  take({ targets }: MonitorView): readonly EventChange[] {
    const before = this.#shown
    this.#shown = new Map(targets.map(target => [targetKey(target), target.events]))
    return targets.flatMap(target => {
      const shown = before.get(targetKey(target)) ?? []
      const { events } = target
      const added = events.filter(event => !shown.some(other => isSame(event, other)))
      const isGone = shown.map(event => !events.some(other => isSame(event, other)))
      // The oldest ones make room for new ones.
      const room = events.length < MOST_EVENTS ? 0 : isGone.includes(false) ? isGone.indexOf(false) : shown.length
      const removed = shown.filter((_, place) => isGone[place] === true && place >= room)
      return [
        ...removed.map(event => ({ target, event, isWithdrawn: true })),
        ...added.map(event => ({ target, event, isWithdrawn: false })),
      ]
    })
  }
}

/** The text may become more exact. */
function isSame(one: MonitorEvent, other: MonitorEvent): boolean {
  return one.kind === other.kind && one.at === other.at
}
