import { formatTarget } from '../../base/target.ts'
import type { DiscoveredTarget } from '../monitor/config-plan.ts'

/** Numbers of targets, each with each module. */
export interface TargetChange {
  readonly targets: number
  readonly added: number
  readonly removed: number
}

/** The targets of an exporter, for the log. */
export class KnownTargets {
  #keys: ReadonlySet<string> = new Set()

  /** What changes with these targets. Undefined: they have the same addresses and modules as before. */
  change(targets: readonly DiscoveredTarget[]): TargetChange | undefined {
    const keys = new Set(targets.map(({ target, module }) => `${formatTarget(target)} ${module.name}`))
    const added = [...keys].filter(key => !this.#keys.has(key)).length
    const removed = [...this.#keys].filter(key => !keys.has(key)).length
    this.#keys = keys
    return added + removed === 0 ? undefined : { targets: keys.size, added, removed }
  }
}
