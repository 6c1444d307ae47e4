import type { Address } from '../../base/address.ts'
import { SECOND } from '../../base/nanos.ts'
import { messageOf } from '../../base/thrown.ts'
import type { SearchResult } from '../../verdict/monitor/search-result.ts'
import type { Discovery } from '../discovery/discovery.ts'
import { firstTargets } from '../discovery/first-targets.ts'
import { startDiscovery } from '../discovery/run.ts'
import type { Log } from '../log.ts'
import type { MonitorConfig } from '../monitor/config-plan.ts'
import { endlessModules } from '../monitor/plan.ts'
import { startMonitor, type MonitorRun } from '../monitor/run.ts'
import { alwaysOn } from './always-on.ts'
import { KnownTargets } from './known-targets.ts'
import type { ExporterPlan } from './plan.ts'
import { ProbeDesk, type ProbeTexts } from './probe-desk.ts'
import { Reloads, type ReloadState } from './reloads.ts'
import { readRunningConfig, type ReadConfig } from './running-config.ts'
import { startSearches } from './search-run.ts'
import type { Searches } from './searches.ts'

/** Time after which a name is resolved again, if the configuration does not say it. */
const REFRESH = 60 * SECOND

/** What an exporter needs from its surroundings. */
export interface ExporterSurroundings {
  readonly readConfig: ReadConfig
  readonly texts: ProbeTexts
  readonly log: Log
}

interface Parts {
  readonly run: MonitorRun
  readonly discovery: Discovery
  readonly searches: Searches
}

/** An exporter in progress: its targets, which are probed without end, its searches, its runs of `/probe`, and its running configuration. */
export class Exporter {
  readonly desk: ProbeDesk
  readonly #plan: ExporterPlan
  readonly #surroundings: ExporterSurroundings
  readonly #parts: Parts
  readonly #reloads: Reloads
  readonly #known = new KnownTargets()
  #config: MonitorConfig
  #isClosed = false

  private constructor(
    plan: ExporterPlan,
    surroundings: ExporterSurroundings,
    { config, parts }: { readonly config: MonitorConfig; readonly parts: Parts },
  ) {
    const { texts, log } = surroundings
    this.#plan = plan
    this.#surroundings = surroundings
    this.#parts = parts
    this.#config = config
    this.#reloads = new Reloads(async () => this.#reload(), log)
    this.desk = new ProbeDesk({
      config: () => this.#config,
      targets: () => parts.discovery.targets.map(({ target }) => target),
      engine: plan.engine,
      timeoutOffset: plan.timeoutOffset,
      texts,
      log,
    })
    parts.searches.update(parts.discovery.targets)
    this.#known.change(parts.discovery.targets)
    parts.discovery.onChange(() => void this.#followChange())
  }

  /** Reads the configuration and starts probing. Rejects with a UdptoolError. */
  static async start(plan: ExporterPlan, surroundings: ExporterSurroundings): Promise<Exporter> {
    const { engine, maxTargets } = plan
    const { log } = surroundings
    const config = await readRunningConfig(plan, surroundings.readConfig)
    const run = await startMonitor({ engine, refresh: config.refresh ?? REFRESH, targets: [] }, log)
    let discovery: Discovery | undefined
    try {
      await run.check(endlessModules(config.groups))
      discovery = startDiscovery(config.groups, { log, maxTargets })
      await firstTargets(discovery)
      await run.update(alwaysOn(discovery.targets, config))
    } catch (error) {
      discovery?.close()
      run.stop()
      await run.done
      throw error
    }
    const probedAddresses = (target: string): readonly Address[] =>
      run.measure(target).flatMap(({ address }) => address ?? [])
    const searches = startSearches({ engine, probedAddresses, log })
    return new Exporter(plan, surroundings, { config, parts: { run, discovery, searches } })
  }

  /** The targets that are probed without end. It is ready once each group has its targets, and each is probed or has a reason why not. */
  get monitor(): MonitorRun {
    const { run, discovery } = this.#parts
    return { ...run, isReady: () => discovery.isReady() && run.isReady() }
  }

  /** The running configuration. */
  get config(): MonitorConfig {
    return this.#config
  }

  /** Absent: all targets are from the command line. */
  get configFile(): string | undefined {
    return this.#plan.configFile
  }

  get reloadState(): ReloadState {
    return this.#reloads.state
  }

  /** The last result of each periodic search. */
  get searchResults(): readonly SearchResult[] {
    return this.#parts.searches.results()
  }

  /**
   * Reads the configuration again, after a reload that is running. Targets whose module and labels are the same are not touched. Rejects with a
   * UdptoolError if it cannot be taken; then the old one stays.
   */
  async reload(): Promise<void> {
    return this.#reloads.reload()
  }

  /** Ends probing. Resolves when all sockets are closed. */
  async close(): Promise<void> {
    const { run, discovery, searches } = this.#parts
    this.#isClosed = true
    discovery.close()
    // No scrape would see what becomes of probes in flight.
    run.abandon()
    await Promise.all([run.done, searches.close(), this.desk.close()])
  }

  async #reload(): Promise<void> {
    const { run, discovery } = this.#parts
    const config = await readRunningConfig(this.#plan, this.#surroundings.readConfig)
    await run.check(endlessModules(config.groups))
    if (this.#isClosed) return
    this.#config = config
    run.setRefresh(config.refresh ?? REFRESH)
    discovery.update(config.groups)
    // Also if discovery finds the same targets: the buckets can be others.
    await this.#follow()
  }

  /** Probes the targets that groups have now. Rejects if a payload cannot be read any more. */
  async #follow(): Promise<void> {
    const { run, discovery, searches } = this.#parts
    searches.update(discovery.targets)
    const changes = this.#known.change(discovery.targets)
    await run.update(alwaysOn(discovery.targets, this.#config))
    if (changes !== undefined) this.#surroundings.log('info', 'targets changed', { ...changes })
  }

  async #followChange(): Promise<void> {
    try {
      await this.#follow()
    } catch (error) {
      this.#surroundings.log('error', 'targets not changed', { reason: messageOf(error) })
    }
  }
}
