import { counted, formatCount } from '../../base/counted.ts'
import { usage } from '../../base/error.ts'
import { formatTarget } from '../../base/target.ts'
import type { DiscoveredTarget } from '../monitor/config-plan.ts'
import type { TargetPlan } from '../monitor/plan.ts'
import { sizeTargets } from '../monitor/size-targets.ts'

/** The targets that are probed without end: one for each size of a module with several. The first of two equal ones is taken. */
export function alwaysOn(discovered: readonly DiscoveredTarget[]): readonly TargetPlan[] {
  const taken = new Map<string, readonly TargetPlan[]>()
  for (const { target, module, labels } of discovered) {
    const key = `${formatTarget(target)} ${module.name}`
    if (module.probes !== undefined && !taken.has(key))
      taken.set(key, sizeTargets({ target, module: module.probes, labels }))
  }
  return [...taken.values()].flat()
}

/** Throws a `usage` error if targets have more flows than allowed. */
export function checkTargetCount(targets: readonly TargetPlan[], most: number): void {
  const flows = targets.reduce((sum, { module }) => sum + module.flows, 0)
  if (flows <= most) return
  throw usage(
    `${counted(targets.length, 'target')} with ${counted(flows, 'flow')} are more than --max-targets ${formatCount(most)}`,
    `name fewer, or write --max-targets ${flows}`,
  )
}
