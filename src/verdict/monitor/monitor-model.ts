import type { EngineFacts } from '../../facts/run.ts'
import type { PathUpdate } from '../../facts/path.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { MonitorClock } from './clock.ts'
import { spanText } from './events/span.ts'
import { PausePeriods } from './pause-periods.ts'
import type { MonitorTarget } from './monitor-target.ts'
import { TargetModel, type TargetPath } from './target-model.ts'
import type { MonitorEventKind, MonitorView } from './view.ts'

/** Length of the strips of a view. */
const CELLS = 60

/** How a monitor began. */
export interface MonitorOrigin {
  readonly engine: EngineFacts['name']
  /** ms since 1970. */
  readonly startedAt: number
}

/**
 * The one model of a monitor, from which terminal, page and metrics are drawn. It takes targets, updates of their paths and the changes that its
 * caller makes, and shows everything at any moment; its memory does not grow with time.
 *
 * Every time given is *steady*: real time in ms since 1970 at the start plus monotonic time since then. A step of the system clock does not change
 * it; the model learns of steps from the epochs, and shows real times.
 */
export class MonitorModel {
  readonly #engine: EngineFacts['name']
  readonly #startedAt: number
  readonly #clock = new MonitorClock()
  readonly #pauses = new PausePeriods()
  readonly #targets = new Set<TargetModel>()
  readonly #targetOf = new Map<number, TargetModel>()

  constructor({ engine, startedAt }: MonitorOrigin) {
    this.#engine = engine
    this.#startedAt = startedAt
  }

  /** In the order in which they were added. */
  get targets(): readonly TargetModel[] {
    return [...this.#targets]
  }

  addTarget(config: MonitorTarget): TargetModel {
    const target = new TargetModel(config, { clock: this.#clock, pauses: this.#pauses })
    this.#targets.add(target)
    return target
  }

  /** Puts targets in the order in which views have them. */
  arrange(targets: readonly TargetModel[]): void {
    const known = targets.filter(target => this.#targets.delete(target))
    for (const target of known) this.#targets.add(target)
  }

  /** Forgets a target. Further updates of its paths are ignored. */
  removeTarget(target: TargetModel): void {
    this.#targets.delete(target)
    for (const path of target.paths) this.#targetOf.delete(path)
  }

  /** Call it before the first update of the path. */
  addPath(target: TargetModel, path: TargetPath): void {
    this.#targetOf.set(path.path, target)
    target.addPath(path)
  }

  apply(updates: readonly PathUpdate[], steadyMs: number): void {
    for (const update of updates) {
      if (update.kind === 'began') {
        const { facts, start } = update.epoch
        const step = this.#clock.observe(facts, start, steadyMs)
        if (step !== undefined) this.#note('clockStepped', this.#clock.steady(start), stepText(step))
      }
      const path = update.kind === 'began' || update.kind === 'closed' ? update.epoch.path : update.path
      this.#targetOf.get(path)?.apply(update, steadyMs)
      if (update.kind === 'removed') this.#targetOf.delete(path)
    }
  }

  pause(isPaused: boolean, steadyMs: number): void {
    const { since } = this.#pauses
    if (isPaused === (since !== undefined)) return
    if (since === undefined) {
      this.#pauses.begin(steadyMs)
      this.#note('paused', steadyMs, 'probing is paused')
    } else {
      this.#pauses.end(steadyMs)
      this.#note('resumed', steadyMs, `probing goes on after a pause of ${spanText((steadyMs - since) * MILLISECOND)}`)
    }
  }

  /** @param cells length of the strips */
  view(steadyMs: number, cells = CELLS): MonitorView {
    return {
      now: this.#clock.real(steadyMs),
      startedAt: this.#startedAt,
      engine: this.#engine,
      isPaused: this.#pauses.since !== undefined,
      targets: this.targets.map(target => target.view(steadyMs, cells)),
    }
  }

  #note(kind: MonitorEventKind, steadyMs: number, text: string): void {
    for (const target of this.#targets) target.note(kind, steadyMs, text)
  }
}

/** The monotonic clock stands still while a computer sleeps (clock_gettime(2)), which then looks like a step. */
function stepText(stepMs: number): string {
  const span = spanText(Math.abs(stepMs) * MILLISECOND)
  return stepMs > 0
    ? `the system clock was set forward by ${span}, or this computer slept`
    : `the system clock was set back by ${span}`
}
