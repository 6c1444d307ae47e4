import { isDeepStrictEqual } from 'node:util'
import { isIPv4, isIPv6 } from '../../base/ip.ts'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { formatTarget } from '../../base/target.ts'
import type { ProberSockets, RunningMonitor } from '../../engine/port.ts'
import { CONCURRENT_LOOKUPS } from '../../engine/resolver-process.ts'
import { firstSlotsOf, type PathUpdate } from '../../facts/path.ts'
import type { PayloadPlan } from '../../facts/plan.ts'
import { usedVersion } from '../../runs/ip-version.ts'
import type { PayloadSource } from '../../runs/send/payload-source.ts'
import type { MeasuredTarget } from '../../verdict/monitor/measured-target.ts'
import { MonitorModel } from '../../verdict/monitor/monitor-model.ts'
import { targetKey } from '../../verdict/monitor/target-key.ts'
import type { TargetModel } from '../../verdict/monitor/target-model.ts'
import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'
import type { MonitorSurroundings } from './monitor-surroundings.ts'
import { Names } from './names.ts'
import { phaseOf } from './phases.ts'
import { PathOpener } from './path-opener.ts'
import type { TargetPlan } from './plan.ts'
import { TargetFaults } from './target-faults.ts'
import { TargetPaths } from './target-paths.ts'

/** Length of a strip of a view; with many targets, that of a small screen. */
const CELLS = 120
const CELLS_MANY = 60
const MANY = 100

/** A target that is probed. */
interface ProbedTarget {
  readonly plan: TargetPlan
  readonly model: TargetModel
  readonly paths: TargetPaths
  /** Stops resolving its name. */
  readonly forgetName: () => void
}

/** The targets of a monitor: their names, their paths and their model. Targets differ in address, module or size. */
export class MonitorTargets {
  #running: RunningMonitor | undefined
  readonly #surroundings: MonitorSurroundings
  readonly #startedAt: number
  readonly #model: MonitorModel
  readonly #names: Names
  readonly #faults: TargetFaults
  readonly #opener: PathOpener
  #targets: ReadonlyMap<string, ProbedTarget> = new Map()
  /** The target of each path that is not removed. */
  readonly #owners = new Map<number, TargetPaths>()
  /** Targets of which nothing is known yet. */
  readonly #pending = new Set<TargetPaths>()
  /** Number of the next flow. */
  #nextFlow = 0
  #lastPath = -1

  /** @param refresh time after which a name is resolved again */
  constructor(refresh: Nanos, surroundings: MonitorSurroundings) {
    const { lookup, startTimer, steadyNow, engine } = surroundings
    this.#surroundings = surroundings
    this.#startedAt = steadyNow()
    this.#model = new MonitorModel({ engine: engine.name, startedAt: this.#startedAt })
    this.#faults = new TargetFaults(surroundings.log)
    this.#opener = new PathOpener(surroundings.findPorts)
    this.#names = new Names({ lookup, startTimer, refresh, concurrency: CONCURRENT_LOOKUPS })
  }

  /** Time after which a name is resolved again, from its next lookup on. */
  setRefresh(refresh: Nanos): void {
    this.#names.setRefresh(refresh)
  }

  /** Probes targets with this monitor of an engine. Call it before `update`. */
  start(running: RunningMonitor): void {
    this.#running = running
  }

  /**
   * Probes these targets from now on. One that is probed already with the same module and labels is not touched: it keeps its sockets and
   * counters.
   */
  update(plans: readonly TargetPlan[], payloads: ReadonlyMap<PayloadSource, PayloadPlan>): void {
    const wanted = new Map(plans.map(plan => [keyOf(plan), plan]))
    for (const [key, probed] of this.#targets)
      if (!isDeepStrictEqual(probed.plan, wanted.get(key))) {
        this.#remove(probed)
        if (!wanted.has(key)) this.#opener.free(key)
      }
    this.#targets = new Map(
      [...wanted].map(([key, plan]) => {
        const known = this.#targets.get(key)
        return [key, known !== undefined && isDeepStrictEqual(known.plan, plan) ? known : this.#add(plan, payloads)]
      }),
    )
    this.#model.arrange([...this.#targets.values()].map(({ model }) => model))
  }

  /** What became known about paths. */
  apply(updates: readonly PathUpdate[]): void {
    this.#model.apply(updates, this.#now())
    for (const update of updates) {
      if (update.kind === 'began' || update.kind === 'closed') continue
      const { kind, path } = update
      const owner = this.#owners.get(path)
      if (kind === 'removed') {
        this.#owners.delete(path)
        this.#opener.released(path)
      }
      if (kind === 'removed' || owner === undefined || owner.isClosed) continue
      this.#pending.delete(owner)
      if (kind === 'opened') {
        owner.opened(path)
        this.#faults.opened(owner.name)
      } else {
        owner.pathFailed(path)
        this.#faults.closed(owner.name, update.message)
      }
    }
  }

  view(): MonitorView {
    return this.#model.view(this.#now(), this.#targets.size > MANY ? CELLS_MANY : CELLS)
  }

  measure(only?: string): readonly MeasuredTarget[] {
    const targets = this.#model.targets.filter(({ config: { target } }) => only === undefined || target === only)
    return targets.map(target => target.measure())
  }

  history(target: TargetView, since: number): readonly HistoryPoint[] {
    const points = this.#targets.get(targetKey(target))?.model.history(this.#now()) ?? []
    return points.filter(({ at }) => at >= since)
  }

  /** Whether each target is probed, or has a reason why not. */
  isReady(): boolean {
    return this.#pending.size === 0
  }

  pause(isPaused: boolean): void {
    this.#model.pause(isPaused, this.#now())
  }

  /** Opens nothing more, and resolves no name again. */
  close(): void {
    this.#names.close()
    this.#opener.close()
    for (const { paths } of this.#targets.values()) paths.close()
  }

  #now(): number {
    return this.#surroundings.steadyNow()
  }

  #add(plan: TargetPlan, payloads: ReadonlyMap<PayloadSource, PayloadPlan>): ProbedTarget {
    const { target, module, labels, size, bounds } = plan
    const { name, sizes, interval, timeout, flows, perFlow, oneWay } = module
    const written = formatTarget(target)
    const model = this.#model.addTarget({
      target: written,
      module: name,
      labels,
      sizes,
      ...present({ size, bounds }),
      perFlow,
      oneWay,
      interval,
      timeout,
      flows,
    })
    const payload = payloads.get(module.payload)
    if (payload === undefined) throw new RangeError(`the module ${name} has no payload`)
    const firstFlow = this.#nextFlow
    this.#nextFlow += flows
    const paths: TargetPaths = new TargetPaths(plan, {
      open: (flow, sockets) => this.#open(paths, model, { plan, payload, flow, number: firstFlow + flow }, sockets),
      close: path => {
        this.#opener.drop(path)
        this.#running?.remove(path)
      },
      onAddress: address => {
        this.#faults.resolved(written, address)
        model.resolved(address, this.#now())
      },
      onResolveFailed: reason => {
        this.#faults.unresolved(written, reason)
        this.#pending.delete(paths)
        model.resolveFailed(reason, this.#now())
      },
      startTimer: this.#surroundings.startTimer,
    })
    this.#pending.add(paths)
    return { plan, model, paths, forgetName: this.#resolve(plan, paths) }
  }

  /** Resolves the name of a target from now on. Returns how to stop it. */
  #resolve({ target: { host }, module }: TargetPlan, paths: TargetPaths): () => void {
    if (isIPv4(host)) paths.resolved([{ address: host, family: 'udp4' }])
    else if (isIPv6(host)) paths.resolved([{ address: host, family: 'udp6' }])
    else return this.#names.watch(host, usedVersion(module.family, module.sockets.bind), paths)
    return () => {}
  }

  #remove({ plan, model, paths, forgetName }: ProbedTarget): void {
    forgetName()
    this.#faults.forget(formatTarget(plan.target))
    paths.remove()
    this.#pending.delete(paths)
    this.#model.removeTarget(model)
  }

  #open(owner: TargetPaths, model: TargetModel, { plan, payload, flow, number }: Flow, sockets: ProberSockets): number {
    const path = (this.#lastPath += 1)
    const { module } = plan
    const { sizes, interval, timeout, receipts } = module
    this.#owners.set(path, owner)
    this.#model.addPath(model, { path, flow, address: sockets.target })
    const firstSlots = firstSlotsOf(path, interval)
    const start = (bound: ProberSockets): void => {
      const elapsed = Math.round((this.#now() - this.#startedAt) * MILLISECOND)
      const phase = phaseOf(number, interval, elapsed)
      this.#running?.add({ path, sizes, interval, timeout, payload, receipts, phase, firstSlots }, bound)
    }
    const fail = (message: string): void => this.apply([{ kind: 'failed', path, message }])
    this.#opener.open({ path, owner: keyOf(plan), module, flow, sockets, start, fail })
    return path
  }
}

/** A flow of a target. */
interface Flow {
  readonly plan: TargetPlan
  readonly payload: PayloadPlan
  /** Its number within the target. */
  readonly flow: number
  /** Its number among the flows of all targets. */
  readonly number: number
}

function keyOf({ target, module: { name: module }, size }: TargetPlan): string {
  return targetKey({ target: formatTarget(target), module, ...present({ size }) })
}
