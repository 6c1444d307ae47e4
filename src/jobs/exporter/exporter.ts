import { SECOND } from '../../base/nanos.ts'
import { isError } from '../../base/thrown.ts'
import type { Log } from '../log.ts'
import type { DiscoveredTarget, MonitorConfig } from '../monitor/config-plan.ts'
import { startMonitor, type MonitorRun } from '../monitor/run.ts'
import { alwaysOn, checkTargetCount } from './always-on.ts'
import type { ExporterPlan } from './plan.ts'
import { runningConfig } from './running-config.ts'
import { startSearches } from './search-run.ts'
import type { Searches } from './searches.ts'

/** How often a name is resolved again, if the configuration does not say it. */
const REFRESH = 60 * SECOND

/** What an exporter needs from its surroundings. */
export interface ExporterSurroundings {
  /** Reads a configuration file. Rejects with a `usage` error. */
  readonly readConfig: (file: string) => Promise<MonitorConfig>
  readonly log: Log
}

/** How the last attempt to read the configuration ended. */
export interface ReloadState {
  /** When a configuration was last taken, ms since 1970. */
  readonly succeededAt: number
  /** Why the last attempt failed. Absent: it did not. */
  readonly failure?: string
}

/** An exporter in progress: its targets, which are probed without end or searched periodically, and its running configuration. */
export class Exporter {
  readonly run: MonitorRun
  readonly searches: Searches
  readonly #plan: ExporterPlan
  readonly #surroundings: ExporterSurroundings
  #config: MonitorConfig
  #reloadState: ReloadState = { succeededAt: Date.now() }
  /** The last reload, which the next one waits for. */
  #reloaded: Promise<void> = Promise.resolve()

  private constructor(
    plan: ExporterPlan,
    surroundings: ExporterSurroundings,
    { config, run }: { readonly config: MonitorConfig; readonly run: MonitorRun },
  ) {
    this.#plan = plan
    this.#surroundings = surroundings
    this.#config = config
    this.run = run
    this.searches = startSearches({
      engine: plan.engine,
      probedAddresses: target => run.measure().flatMap(one => (one.target === target ? (one.address ?? []) : [])),
      log: surroundings.log,
    })
    this.searches.update(presentTargets(config))
  }

  /** Reads the configuration and starts probing. Rejects with a UdptoolError. */
  static async start(plan: ExporterPlan, surroundings: ExporterSurroundings): Promise<Exporter> {
    const config = await readRunning(plan, surroundings)
    const targets = alwaysOn(presentTargets(config))
    checkTargetCount(targets, plan.maxTargets)
    const run = await startMonitor({ engine: plan.engine, refresh: config.refresh ?? REFRESH, targets })
    return new Exporter(plan, surroundings, { config, run })
  }

  /** The running configuration. */
  get config(): MonitorConfig {
    return this.#config
  }

  get reloadState(): ReloadState {
    return this.#reloadState
  }

  /**
   * Reads the configuration again, after a reload that is running. Targets whose module and labels are the same are not touched. Rejects with a
   * UdptoolError if it cannot be taken; then the old one stays.
   */
  async reload(): Promise<void> {
    const turn = this.#reloaded.then(async () => await this.#reload())
    this.#reloaded = turn.catch(() => {})
    await turn
  }

  /** Ends probing. Resolves when all sockets are closed. */
  async close(): Promise<void> {
    await this.#reloaded
    const searched = this.searches.close()
    // A removed target does not wait for the replies to its last probes, which no scrape would see.
    await this.run.update([])
    this.run.stop()
    await Promise.all([this.run.done, searched])
  }

  async #reload(): Promise<void> {
    try {
      const config = await readRunning(this.#plan, this.#surroundings)
      const present = presentTargets(config)
      const targets = alwaysOn(present)
      checkTargetCount(targets, this.#plan.maxTargets)
      await this.run.update(targets)
      this.searches.update(present)
      this.#config = config
      this.#reloadState = { succeededAt: Date.now() }
      this.#surroundings.log('info', 'configuration reloaded', { targets: targets.length })
    } catch (error) {
      const failure = isError(error) ? error.message : String(error)
      this.#reloadState = { ...this.#reloadState, failure }
      this.#surroundings.log('error', 'reload failed, the old configuration stays', { reason: failure })
      throw error
    }
  }
}

/** The configuration file with the targets of the command line. */
async function readRunning(
  { configFile, targets }: ExporterPlan,
  { readConfig }: ExporterSurroundings,
): Promise<MonitorConfig> {
  return runningConfig(targets, configFile === undefined ? undefined : await readConfig(configFile))
}

function presentTargets({ groups }: MonitorConfig): readonly DiscoveredTarget[] {
  return groups.flatMap(({ targets, modules, labels }) =>
    targets.flatMap(target => modules.map(module => ({ target, module, labels }))),
  )
}
