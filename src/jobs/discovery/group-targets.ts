import type { Nanos } from '../../base/nanos.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import type { Lookup } from '../../engine/resolve.ts'
import type { Log } from '../log.ts'
import type { DiscoveredTarget, GroupPlan } from '../monitor/config-plan.ts'
import type { Discovery } from './discovery.ts'
import type { OwnHost } from './own-host.ts'

/** What the sources of groups need from their surroundings. */
export interface DiscoverySurroundings {
  readonly lookup: Lookup
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  readonly log: Log
  readonly own: OwnHost
  readonly maxTargets: number
  readonly onClose: () => void
}

/** The targets of groups, from all their sources. */
export class GroupTargets implements Discovery {
  readonly #surroundings: DiscoverySurroundings
  readonly #listeners: (() => void)[] = []
  #targets: readonly DiscoveredTarget[] = []

  constructor(groups: readonly GroupPlan[], surroundings: DiscoverySurroundings) {
    this.#surroundings = surroundings
    this.update(groups)
  }

  get targets(): readonly DiscoveredTarget[] {
    return this.#targets
  }

  isReady(): boolean {
    return true
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  update(groups: readonly GroupPlan[]): void {
    this.#targets = groups.flatMap(({ modules, targets, labels }) =>
      targets.flatMap(target => modules.map(module => ({ target, module, labels }))),
    )
    for (const listener of this.#listeners) listener()
  }

  close(): void {
    this.#listeners.length = 0
    this.#surroundings.onClose()
  }
}
