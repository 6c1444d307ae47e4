import { usage } from '../../base/error.ts'
import type { Target } from '../../base/target.ts'
import { emptyConfig } from '../monitor/config.ts'
import type { GroupPlan, MonitorConfig } from '../monitor/config-plan.ts'
import { DEFAULT_MODULE } from '../monitor/module.ts'
import { checkTargetCount } from './always-on.ts'
import type { ExporterPlan } from './plan.ts'

/** Reads a configuration file. Rejects with a `usage` error. */
export type ReadConfig = (file: string) => Promise<MonitorConfig>

/** Reads the configuration of an exporter. Rejects with a `usage` error. */
export async function readRunningConfig(
  { configFile, targets, maxTargets }: ExporterPlan,
  readConfig: ReadConfig,
): Promise<MonitorConfig> {
  const config = runningConfig(targets, configFile === undefined ? undefined : await readConfig(configFile))
  checkTargetCount(config, maxTargets)
  return config
}

/**
 * The configuration of a file together with the targets of the command line, which have the module `default`. Throws a `usage` error if that
 * module does not probe without end.
 */
function runningConfig(targets: readonly Target[], file: MonitorConfig = emptyConfig()): MonitorConfig {
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
