import type { TargetPlan } from './plan.ts'

/**
 * A target for each size of a module with several, each with a socket of its own, so that each size has its own counters. Together they send as
 * many probes as one target that changes the size with each probe.
 */
export function sizeTargets(plan: TargetPlan): readonly TargetPlan[] {
  const { sizes, interval } = plan.module
  if (sizes.length === 1) return [plan]
  return sizes.map(size => {
    const module = { ...plan.module, sizes: [size], interval: interval * sizes.length }
    return { ...plan, module, size }
  })
}
