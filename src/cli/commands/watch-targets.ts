import { messageOf } from '../../base/thrown.ts'
import { firstTargets } from '../../jobs/discovery/first-targets.ts'
import { startDiscovery } from '../../jobs/discovery/run.ts'
import type { Log } from '../../jobs/log.ts'
import { endlessModules, probedTargets, type DiscoveryPlan, type MonitorPlan } from '../../jobs/monitor/plan.ts'
import { startMonitor, type MonitorRun } from '../../jobs/monitor/run.ts'

/** What a monitor of changing targets gets from its command. */
export interface FollowOptions {
  readonly log: Log
  /** Starts at once when it is aborted. */
  readonly signal: AbortSignal
}

/** Starts a monitor whose targets come and go. Rejects with a UdptoolError. */
export async function followTargets(
  plan: MonitorPlan,
  { groups, maxTargets }: DiscoveryPlan,
  { log, signal }: FollowOptions,
): Promise<MonitorRun> {
  const discovery = startDiscovery(groups, { log, maxTargets, sharesSizes: true })
  try {
    await firstTargets(discovery, signal)
    const run = await startMonitor({ ...plan, targets: probedTargets(discovery.targets) })
    try {
      // Modules can be without targets at first.
      await run.check(endlessModules(groups))
    } catch (error) {
      run.stop()
      await run.done
      throw error
    }
    const follow = async (): Promise<void> => {
      try {
        await run.update(probedTargets(discovery.targets))
      } catch (error) {
        log('error', 'the targets stay as they were', { error: messageOf(error) })
      }
    }
    discovery.onChange(() => void follow())
    const stop = (): void => {
      discovery.close()
      run.stop()
    }
    void run.done.then(stop, stop)
    return { ...run, stop }
  } catch (error) {
    discovery.close()
    throw error
  }
}
