import { usage } from '../../base/error.ts'
import type { Target } from '../../base/target.ts'
import { emptyConfig } from '../monitor/config.ts'
import type { GroupPlan, MonitorConfig } from '../monitor/config-plan.ts'
import { DEFAULT_MODULE } from '../monitor/module.ts'

/**
 * The configuration of a file together with the targets of the command line, which have the module `default`. Throws a `usage` error if that
 * module does not probe without end.
 */
export function runningConfig(targets: readonly Target[], file: MonitorConfig = emptyConfig()): MonitorConfig {
  if (targets.length === 0) return file
  const module = file.modules.get(DEFAULT_MODULE)
  if (module?.probes === undefined)
    throw usage(
      `the module ${DEFAULT_MODULE} does not probe without end, and targets of the command line have it`,
      'write the targets into a group with another module',
    )
  const own: GroupPlan = { modules: [module], labels: {}, targets, files: [], skipSelf: false }
  return { ...file, groups: [own, ...file.groups] }
}
