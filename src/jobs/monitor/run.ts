import { UdptoolError } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { findFreePorts } from '../../engine/free-ports.ts'
import { startTimer } from '../../engine/long-timer.ts'
import type { Engine } from '../../engine/port.ts'
import { ResolverProcess } from '../../engine/resolver-process.ts'
import type { PayloadPlan } from '../../facts/plan.ts'
import { chooseEngine } from '../../runs/engine-choice.ts'
import { loadPayload, type PayloadSource } from '../../runs/send/payload-source.ts'
import type { MeasuredTarget } from '../../verdict/monitor/measured-target.ts'
import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'
import type { Log } from '../log.ts'
import type { ModulePlan } from './module.ts'
import type { MonitorSurroundings } from './monitor-surroundings.ts'
import { MonitorTargets } from './monitor-targets.ts'
import type { MonitorPlan, TargetPlan } from './plan.ts'

/** Seed of random payloads. */
const SEED = 1

/** A monitor in progress. */
export interface MonitorRun {
  readonly engine: Engine['name']
  /** The drop counters of its sockets can be read. */
  readonly countsDrops: boolean
  /** The present state. */
  view(): MonitorView
  /** Counters since the start, for metrics, in the order of the targets. `only`: those of this target (host:port). */
  measure(only?: string): readonly MeasuredTarget[]
  /** History of at most an hour, from a time on (ms since 1970), the oldest first. */
  history(target: TargetView, since: number): readonly HistoryPoint[]
  /**
   * Probes these targets from now on. Those that are probed already with an equal plan keep their sockets and counters. Rejects with a
   * UdptoolError and changes nothing if a payload cannot be read or the engine cannot do what a module asks for.
   */
  update(targets: readonly TargetPlan[]): Promise<void>
  /** Rejects with a UdptoolError if a payload of these modules cannot be read, or the engine cannot do what they ask for. */
  check(modules: readonly ModulePlan[]): Promise<void>
  /** Time after which a name is resolved again, from its next lookup on. */
  setRefresh(refresh: Nanos): void
  /** Whether each target is probed, or has a reason why not. */
  isReady(): boolean
  /** Slots are skipped while paused. */
  pause(isPaused: boolean): void
  /** Sends no further probe. Probes in flight keep their timeout. */
  stop(): void
  /** Ends at once. The fates of probes in flight are never known. */
  abandon(): void
  /** Resolves when the fate of each probe is final after `stop`, or after `abandon`. Rejects with a UdptoolError if the thread of the monitor failed. */
  readonly done: Promise<void>
}

/**
 * Starts a monitor. Rejects with a UdptoolError if it cannot start; that a target cannot be probed is an event of the target, and is logged.
 */
export async function startMonitor(plan: MonitorPlan, log: Log = () => {}): Promise<MonitorRun> {
  const resolver = new ResolverProcess()
  const startedAt = Date.now() - performance.now()
  const steadyNow = (): number => startedAt + performance.now()
  const engine = chooseEngine(plan.engine)
  try {
    const run = await runMonitor(plan, {
      engine,
      lookup: resolver.lookup,
      startTimer,
      findPorts: findFreePorts,
      steadyNow,
      log,
    })
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
  const payloads = await loadPayloads(modulesOf(plan.targets), engine)
  const targets = new MonitorTargets(plan.refresh, surroundings)
  const running = await engine.monitor(updates => targets.apply(updates))
  targets.start(running)
  targets.update(plan.targets, payloads)
  let isStopped = false
  let turn = Promise.resolve()
  const updateAfter = async (before: Promise<void>, next: readonly TargetPlan[]): Promise<void> => {
    await before
    const loaded = await loadPayloads(modulesOf(next), engine)
    if (!isStopped) targets.update(next, loaded)
  }
  return {
    engine: engine.name,
    countsDrops: engine.can.drops,
    view: () => targets.view(),
    measure: only => targets.measure(only),
    history: (target, since) => targets.history(target, since),
    update: async next => {
      // One at a time, in their order, so that the last one holds in the end.
      const own = updateAfter(turn, next)
      turn = own.catch(() => {})
      return own
    },
    check: async modules => void (await loadPayloads(modules, engine)),
    setRefresh: refresh => targets.setRefresh(refresh),
    isReady: () => targets.isReady(),
    pause: isPaused => {
      targets.pause(isPaused)
      running.pause(isPaused)
    },
    stop: () => {
      isStopped = true
      targets.close()
      running.stop()
    },
    abandon: () => {
      isStopped = true
      targets.close()
      running.abandon()
    },
    done: running.done,
  }
}

function modulesOf(targets: readonly TargetPlan[]): readonly ModulePlan[] {
  return targets.map(({ module }) => module)
}

/** What the payloads of the modules are. */
async function loadPayloads(
  modules: readonly ModulePlan[],
  engine: Engine,
): Promise<ReadonlyMap<PayloadSource, PayloadPlan>> {
  checkCapabilities(modules, engine)
  const payloads = new Map<PayloadSource, PayloadPlan>()
  for (const { payload } of modules) if (!payloads.has(payload)) payloads.set(payload, await loadPayload(payload, SEED))
  return payloads
}

/** Options of sockets that this engine cannot set would fail for each target alone. */
function checkCapabilities(modules: readonly ModulePlan[], { can }: Engine): void {
  for (const { sockets } of modules) {
    const { df, tos } = sockets
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
