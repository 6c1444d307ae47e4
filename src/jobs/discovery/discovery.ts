import type { DiscoveredTarget, GroupPlan } from '../monitor/config-plan.ts'
import type { Log } from '../log.ts'

/** The targets that groups have at present. */
export interface Discovery {
  /** In the order of the groups, and in each group: its `targets`, those of its files, those of its DNS name. Each with each module of the group. */
  readonly targets: readonly DiscoveredTarget[]
  /** Whether each source was read once, or failed once. */
  isReady(): boolean
  /** Resolves when it is so for the first time. Never after `close`. */
  readonly ready: Promise<void>
  /** Calls back after each change of `targets`, also one by `update`; at once if they have changed since the start. */
  onChange(listener: () => void): void
  /** Other groups, after a reload. A file or name that they still have keeps its targets and is not read again. */
  update(groups: readonly GroupPlan[]): void
  /** Reads nothing more, and calls nobody. */
  close(): void
}

/** What a discovery gets from its command. */
export interface DiscoveryOptions {
  readonly log: Log
  /** Maximum number of targets, each flow counted. Further ones are left out, which is logged. */
  readonly maxTargets: number
  /** All sizes of a module share a socket. Otherwise each size counts. */
  readonly sharesSizes?: boolean
}
