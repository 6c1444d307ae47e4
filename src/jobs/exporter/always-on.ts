import { counted } from '../../base/counted.ts'
import { present } from '../../base/present.ts'
import type { DiscoveredTarget, MonitorConfig } from '../monitor/config-plan.ts'
import { checkEnoughPorts } from '../monitor/enough-ports.ts'
import type { ModulePlan } from '../monitor/module.ts'
import { probedTargets, tooManyTargets, type TargetPlan } from '../monitor/plan.ts'
import { sizeTargets } from '../monitor/size-targets.ts'

/** The targets that are probed without end: one for each size of a module with several. */
export function alwaysOn(
  discovered: readonly DiscoveredTarget[],
  { buckets: bounds }: Pick<MonitorConfig, 'buckets'>,
): readonly TargetPlan[] {
  return probedTargets(discovered).flatMap(plan => sizeTargets({ ...plan, ...present({ bounds }) }))
}

/**
 * Throws a `usage` error if the targets that a configuration names have more flows than allowed or than source ports, or if more are searched.
 * Those of files and DNS names come later.
 */
export function checkTargetCount({ groups }: MonitorConfig, most: number): void {
  let count = 0
  let flows = 0
  let searched = 0
  const probed: ModulePlan[] = []
  for (const { targets, modules, neighbours = Infinity } of groups) {
    const chosen = Math.min(targets.length, neighbours)
    for (const { probes } of modules) {
      if (probes === undefined) searched += chosen
      else {
        count += chosen
        flows += chosen * probes.flows * probes.sizes.length
        for (let n = 0; n < chosen * probes.sizes.length; n++) probed.push(probes)
      }
    }
  }
  if (flows > most) throw tooManyTargets(`${counted(count, 'target')} with ${counted(flows, 'flow')}`, flows, most)
  checkEnoughPorts(probed)
  if (searched > most) throw tooManyTargets(counted(searched, 'searched target'), searched, most)
}
