import { counted, formatCount } from '../../base/counted.ts'
import { usage } from '../../base/error.ts'
import { present } from '../../base/present.ts'
import type { DiscoveredTarget, MonitorConfig } from '../monitor/config-plan.ts'
import type { ModulePlan } from '../monitor/module.ts'
import type { TargetPlan } from '../monitor/plan.ts'
import { sizeTargets } from '../monitor/size-targets.ts'

/** The targets that are probed without end: one for each size of a module with several. */
export function alwaysOn(
  discovered: readonly DiscoveredTarget[],
  { buckets: bounds }: Pick<MonitorConfig, 'buckets'>,
): readonly TargetPlan[] {
  return discovered.flatMap(({ target, module: { probes }, labels }) =>
    probes === undefined ? [] : sizeTargets({ target, module: probes, labels, ...present({ bounds }) }),
  )
}

/** The modules by which groups probe without end. */
export function endlessModules({ groups }: MonitorConfig): readonly ModulePlan[] {
  return groups.flatMap(({ modules }) => modules.flatMap(({ probes }) => probes ?? []))
}

/**
 * Throws a `usage` error if the targets that a configuration names have more flows than allowed, or if more are searched. Those of files and DNS
 * names come later.
 */
export function checkTargetCount({ groups }: MonitorConfig, most: number): void {
  let count = 0
  let flows = 0
  let searched = 0
  for (const { targets, modules, neighbours = Infinity } of groups) {
    const chosen = Math.min(targets.length, neighbours)
    for (const { probes } of modules) {
      if (probes === undefined) searched += chosen
      else {
        count += chosen
        flows += chosen * probes.flows * probes.sizes.length
      }
    }
  }
  if (flows > most) throw tooMany(`${counted(count, 'target')} with ${counted(flows, 'flow')}`, flows, most)
  if (searched > most) throw tooMany(counted(searched, 'searched target'), searched, most)
}

function tooMany(what: string, number: number, most: number): Error {
  return usage(
    `${what} are more than --max-targets ${formatCount(most)}`,
    `name fewer, or write --max-targets ${number}`,
  )
}
