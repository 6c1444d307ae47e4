import { counted } from '../../base/counted.ts'
import { usage } from '../../base/error.ts'
import { formatPortRange, portCount, type PortRange } from '../../base/port-range.ts'
import type { ModulePlan } from './module.ts'

/**
 * Throws a `usage` error if the source ports of a module are fewer than the flows of all targets that use it.
 *
 * @param modules of each target, one entry for each target
 */
export function checkEnoughPorts(modules: readonly Pick<ModulePlan, 'flows' | 'sourcePorts'>[]): void {
  const needs = new Map<PortRange, { targets: number; readonly flows: number }>()
  for (const { flows, sourcePorts } of modules) {
    if (sourcePorts === undefined) continue
    const need = needs.get(sourcePorts)
    if (need === undefined) needs.set(sourcePorts, { targets: 1, flows })
    else need.targets += 1
  }
  for (const [range, { targets, flows }] of needs) {
    const [count, needed] = [portCount(range), targets * flows]
    if (needed <= count) continue
    const fewer = Math.floor(count / targets)
    const more = formatPortRange({ first: range.first, last: range.first + needed - 1 })
    throw usage(
      `${counted(targets, 'target')} with ${counted(flows, 'flow')} need ${needed} source ports, and ${formatPortRange(range)} ${count === 1 ? 'is' : 'are'} ${count}: each target has its own`,
      `write --source-ports ${more}${fewer > 0 ? `, or --flows ${fewer}` : ''}`,
      'sourcePorts',
    )
  }
}
