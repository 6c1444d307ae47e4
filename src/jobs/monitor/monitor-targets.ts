import { isIPv4, isIPv6 } from '../../base/ip.ts'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { formatTarget } from '../../base/target.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import type { Engine, ProberSockets, RunningMonitor } from '../../engine/port.ts'
import type { Lookup } from '../../engine/resolve.ts'
import { CONCURRENT_LOOKUPS } from '../../engine/resolver-process.ts'
import { firstSlotsOf, type PathUpdate } from '../../facts/path.ts'
import type { PayloadPlan } from '../../facts/plan.ts'
import { MonitorModel } from '../../verdict/monitor/monitor-model.ts'
import type { TargetModel } from '../../verdict/monitor/target-model.ts'
import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'
import type { ModulePlan } from './module.ts'
import { Names } from './names.ts'
import { phaseOf } from './phases.ts'
import type { MonitorPlan, TargetPlan } from './plan.ts'
import { TargetPaths } from './target-paths.ts'

/** Length of a strip of a view; with many targets, that of a small screen. */
const CELLS = 120
const CELLS_MANY = 60
const MANY = 100

/** A monitor in progress. */
export interface MonitorRun {
  readonly engine: Engine['name']
  /** The present state. */
  view(): MonitorView
  /** History of at most an hour, from a time on (ms since 1970), the oldest first. */
  history(target: TargetView, since: number): readonly HistoryPoint[]
  /** Whether each target is probed, or has a reason why not. */
  isReady(): boolean
  /** Slots are skipped while paused. */
  pause(isPaused: boolean): void
  /** Sends no further probe. Probes in flight keep their timeout. */
  stop(): void
  /** Resolves when the fate of each probe is final after `stop`. Rejects with a UdptoolError if the thread of the monitor failed. */
  readonly done: Promise<void>
}

/** What a monitor needs from its surroundings. */
export interface MonitorSurroundings {
  readonly engine: Engine
  readonly lookup: Lookup
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  /** Real time at the start plus monotonic time since then, ms since 1970: no step of the system clock changes it. */
  readonly steadyNow: () => number
}

/** The targets of a monitor: their names, their paths and their model. */
export class MonitorTargets implements MonitorRun {
  readonly #plan: MonitorPlan
  readonly #payloads: ReadonlyMap<ModulePlan, PayloadPlan>
  readonly #surroundings: MonitorSurroundings
  readonly #startedAt: number
  readonly #model: MonitorModel
  readonly #names: Names
  readonly #targets: readonly TargetPaths[]
  /** Number of the flows of all targets. */
  readonly #flows: number
  readonly #models = new Map<string, TargetModel>()
  /** The target of each path that is not removed. */
  readonly #owners = new Map<number, TargetPaths>()
  /** Targets of which nothing is known yet. */
  readonly #pending = new Set<TargetPaths>()
  #running: RunningMonitor | undefined
  #lastPath = -1

  constructor(plan: MonitorPlan, payloads: ReadonlyMap<ModulePlan, PayloadPlan>, surroundings: MonitorSurroundings) {
    const { lookup, startTimer, steadyNow, engine } = surroundings
    this.#plan = plan
    this.#payloads = payloads
    this.#surroundings = surroundings
    this.#startedAt = steadyNow()
    this.#model = new MonitorModel({ engine: engine.name, startedAt: this.#startedAt })
    this.#names = new Names({ lookup, startTimer, refresh: plan.refresh, concurrency: CONCURRENT_LOOKUPS })
    this.#flows = plan.targets.reduce((sum, { module: { flows } }) => sum + flows, 0)
    let firstFlow = 0
    this.#targets = plan.targets.map(target => {
      const paths = this.#target(target, firstFlow)
      firstFlow += target.module.flows
      return paths
    })
  }

  get engine(): Engine['name'] {
    return this.#surroundings.engine.name
  }

  get done(): Promise<void> {
    return this.#running?.done ?? Promise.resolve()
  }

  /** Probes the targets, as soon as their names are resolved. */
  start(running: RunningMonitor): void {
    this.#running = running
    for (const [index, { target, module }] of this.#plan.targets.entries()) {
      const paths = this.#targets[index]
      const { host } = target
      if (isIPv4(host)) paths?.resolved([{ address: host, family: 'udp4' }])
      else if (isIPv6(host)) paths?.resolved([{ address: host, family: 'udp6' }])
      else if (paths !== undefined) this.#names.watch(host, familyOf(module), paths)
    }
  }

  /** What became known about paths. */
  apply(updates: readonly PathUpdate[]): void {
    this.#model.apply(updates, this.#now())
    for (const update of updates) {
      if (update.kind === 'began' || update.kind === 'closed') continue
      const { kind, path } = update
      const owner = this.#owners.get(path)
      if (kind === 'opened') owner?.opened(path)
      if (kind === 'failed') owner?.pathFailed(path)
      if (kind === 'removed') this.#owners.delete(path)
      else if (owner !== undefined) this.#pending.delete(owner)
    }
  }

  view(): MonitorView {
    return this.#model.view(this.#now(), this.#targets.length > MANY ? CELLS_MANY : CELLS)
  }

  history({ target, module }: TargetView, since: number): readonly HistoryPoint[] {
    const points = this.#models.get(keyOf(target, module))?.history(this.#now()) ?? []
    return points.filter(({ at }) => at >= since)
  }

  isReady(): boolean {
    return this.#pending.size === 0
  }

  pause(isPaused: boolean): void {
    this.#model.pause(isPaused, this.#now())
    this.#running?.pause(isPaused)
  }

  stop(): void {
    this.#names.close()
    for (const target of this.#targets) target.close()
    this.#running?.stop()
  }

  #now(): number {
    return this.#surroundings.steadyNow()
  }

  /** @param firstFlow number of the flows of the targets before it */
  #target({ target, module, labels }: TargetPlan, firstFlow: number): TargetPaths {
    const { name, sizes, interval, timeout, flows } = module
    const written = formatTarget(target)
    const model = this.#model.addTarget({ target: written, module: name, labels, sizes, interval, timeout, flows })
    this.#models.set(keyOf(written, name), model)
    const paths: TargetPaths = new TargetPaths(
      { target, module, labels },
      {
        open: (flow, sockets) => this.#open(paths, model, module, flow, firstFlow + flow, sockets),
        close: path => this.#running?.remove(path),
        onAddress: address => model.resolved(address, this.#now()),
        onResolveFailed: reason => {
          this.#pending.delete(paths)
          model.resolveFailed(reason, this.#now())
        },
        startTimer: this.#surroundings.startTimer,
      },
    )
    this.#pending.add(paths)
    return paths
  }

  /** @param place number of the flow among those of all targets */
  #open(
    owner: TargetPaths,
    model: TargetModel,
    module: ModulePlan,
    flow: number,
    place: number,
    sockets: ProberSockets,
  ): number {
    const path = (this.#lastPath += 1)
    const { sizes, interval, timeout, receipts } = module
    const elapsed = Math.round((this.#now() - this.#startedAt) * MILLISECOND)
    this.#owners.set(path, owner)
    this.#model.addPath(model, { path, flow, address: sockets.target })
    const payload = this.#payloads.get(module) ?? { kind: 'text', seed: 1 }
    const phase = phaseOf(place, this.#flows, interval, elapsed)
    const firstSlots = firstSlotsOf(path, interval)
    this.#running?.add({ path, sizes, interval, timeout, payload, receipts, phase, firstSlots }, sockets)
    return path
  }
}

/** The IP version that was requested, or that of the local address. */
function familyOf({ family, sockets: { bind } }: ModulePlan): 4 | 6 | undefined {
  if (family !== undefined || bind === undefined) return family
  return isIPv4(bind.host) ? 4 : isIPv6(bind.host) ? 6 : undefined
}

function keyOf(target: string, module: string): string {
  return `${target} ${module}`
}
