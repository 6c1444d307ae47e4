import { UdptoolError } from '../../base/error.ts'
import { startTimer } from '../../engine/long-timer.ts'
import type { Engine } from '../../engine/port.ts'
import { ResolverProcess } from '../../engine/resolver-process.ts'
import type { PayloadPlan } from '../../facts/plan.ts'
import { chooseEngine } from '../../runs/engine-choice.ts'
import { loadPayload } from '../../runs/send/payload-source.ts'
import type { ModulePlan } from './module.ts'
import { MonitorTargets, type MonitorRun, type MonitorSurroundings } from './monitor-targets.ts'
import type { MonitorPlan } from './plan.ts'

export type { MonitorRun }

/** Seed of random payloads. */
const SEED = 1

/** Starts a monitor. Rejects with a UdptoolError if it cannot start; that a target cannot be probed is an event of the target. */
export async function startMonitor(plan: MonitorPlan): Promise<MonitorRun> {
  const resolver = new ResolverProcess()
  const startedAt = Date.now() - performance.now()
  const steadyNow = (): number => startedAt + performance.now()
  const engine = chooseEngine(plan.engine)
  try {
    const run = await runMonitor(plan, { engine, lookup: resolver.lookup, startTimer, steadyNow })
    const close = (): void => resolver.close()
    void run.done.then(close, close)
    return run
  } catch (error) {
    resolver.close()
    throw error
  }
}

/** Runs a monitor in given surroundings. */
export async function runMonitor(plan: MonitorPlan, surroundings: MonitorSurroundings): Promise<MonitorRun> {
  const { engine } = surroundings
  checkCapabilities(plan, engine)
  const modules = [...new Set(plan.targets.map(({ module }) => module))]
  const payloads = new Map<ModulePlan, PayloadPlan>()
  for (const module of modules) payloads.set(module, await loadPayload(module.payload, SEED))
  const targets = new MonitorTargets(plan, payloads, surroundings)
  targets.start(await engine.monitor(updates => targets.apply(updates)))
  return targets
}

/** Options of sockets that this engine cannot set would fail for each target alone. */
function checkCapabilities({ targets }: MonitorPlan, { can }: Engine): void {
  for (const { module } of targets) {
    const { df, tos } = module.sockets
    if (df !== undefined && !can.df) throw needsKernel('--df needs', 'it', 'set the don’t-fragment mode')
    if (tos !== undefined && !can.tos) throw needsKernel('--tos and --dscp need', 'them', 'set the TOS byte')
  }
}

function needsKernel(needs: string, it: string, what: string): UdptoolError {
  return new UdptoolError('engine', `${needs} the kernel engine: node:dgram cannot ${what}`, {
    operation: what,
    hint: `leave ${it} out, or use the kernel engine (udptool engines shows whether it works here)`,
  })
}
