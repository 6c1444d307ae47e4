import { counted } from '../../base/counted.ts'
import { readRunningConfig } from '../../jobs/exporter/running-config.ts'
import { openWebSecurity } from '../../jobs/exporter/web-security.ts'
import type { ExporterPlan } from '../../jobs/exporter/plan.ts'
import { EXIT } from '../exit.ts'
import { logTo } from '../output/log-writer.ts'
import { write } from '../output/streams.ts'
import type { Session } from '../subcommand.ts'
import { readWatchConfig } from './watch-config.ts'

/** `--config.check`: reads the files as a start would. Throws a `usage` error with the place of the first mistake. */
export async function checkExporter(plan: ExporterPlan, { isLive }: Session): Promise<number> {
  const { configFile, web, log } = plan
  const print = async (line: string): Promise<void> => void (isLive && (await write(process.stdout, `${line}\n`)))
  if (configFile !== undefined) {
    const { modules, groups } = await readRunningConfig(plan, readWatchConfig)
    await print(`${configFile}: valid, ${counted(modules.size, 'module')}, ${counted(groups.length, 'group')}`)
  }
  if (web.configFile !== undefined) {
    openWebSecurity(web.configFile, logTo(process.stderr, log))
    await print(`${web.configFile}: valid`)
  }
  return EXIT.done
}
