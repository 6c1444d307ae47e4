import { messageOf } from '../../base/thrown.ts'
import type { Discovery } from '../../jobs/discovery/discovery.ts'
import { firstTargets } from '../../jobs/discovery/first-targets.ts'
import { startDiscovery } from '../../jobs/discovery/run.ts'
import type { Log } from '../../jobs/log.ts'
import type { DiscoveryPlan, MonitorPlan, TargetPlan } from '../../jobs/monitor/plan.ts'
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
    const run = await startMonitor({ ...plan, targets: plansOf(discovery) })
    try {
      // Modules can be without targets at first.
      await run.check(groups.flatMap(({ modules }) => modules.flatMap(({ probes }) => probes ?? [])))
    } catch (error) {
      run.stop()
      await run.done
      throw error
    }
    const follow = async (): Promise<void> => {
      try {
        await run.update(plansOf(discovery))
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

function plansOf({ targets }: Discovery): readonly TargetPlan[] {
  return targets.flatMap(({ target, module: { probes }, labels }) =>
    probes === undefined ? [] : [{ target, module: probes, labels }],
  )
}
