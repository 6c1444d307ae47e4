import { readInputSource } from '../../jobs/input-source.ts'
import { readConfig } from '../../jobs/monitor/config.ts'
import type { MonitorConfig } from '../../jobs/monitor/config-plan.ts'

/** Reads the configuration file of a monitor. Throws a `usage` error. */
export async function readWatchConfig(file: string): Promise<MonitorConfig> {
  return readConfig(await readInputSource(file, 'configuration file'))
}
