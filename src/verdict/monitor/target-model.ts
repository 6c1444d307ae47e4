import type { Address } from '../../base/address.ts'
import { toMs, type Nanos } from '../../base/nanos.ts'
import type { PathUpdate } from '../../facts/path.ts'
import { LogHistogram } from '../../ledger/histogram.ts'
import type { MonitorClock } from './clock.ts'
import { EventLog } from './events/event-log.ts'
import { finalQueue, lastFate, lastReply, minuteOf, queueOf, sinceStart, sumLedgers, type ReadFlow } from './figures.ts'
import { FlowModel } from './flow-model.ts'
import { flowTotals } from './flow-totals.ts'
import { flowView } from './flow-view.ts'
import { History } from './history.ts'
import type { MeasuredTarget } from './measured-target.ts'
import type { EpochReading } from './open-epoch.ts'
import type { PausePeriods } from './pause-periods.ts'
import { MOST_CELLS } from './slot-ring.ts'
import { targetStrip } from './strip.ts'
import { historyPoints, renewRtts } from './target-history.ts'
import type { MonitorTarget } from './monitor-target.ts'
import { TargetName } from './target-name.ts'
import { TargetFindings } from './findings/target-findings.ts'
import type { HistoryPoint, MonitorEventKind, TargetView } from './view.ts'

/** What a target takes from its monitor. */
export interface TargetOrigin {
  readonly clock: MonitorClock
  readonly pauses: PausePeriods
}

/** A path that probes one flow of a target from now on, in place of the path before it. */
export interface TargetPath {
  /** Its number in the plan. */
  readonly path: number
  /** Number of the flow, from 0. */
  readonly flow: number
  readonly address: Address
}

/**
 * A target of a monitor: takes what becomes known about it, and shows it at any moment. All times given are *steady*: real time in ms since 1970 at
 * the start of the monitor plus monotonic time since then.
 */
export class TargetModel {
  readonly config: MonitorTarget
  readonly #clock: MonitorClock
  readonly #pauses: PausePeriods
  readonly #log: EventLog
  readonly #name: TargetName
  readonly #flows: readonly FlowModel[]
  readonly #flowOf = new Map<number, FlowModel>()
  readonly #history = new History()
  readonly #findings: TargetFindings
  readonly #rtt = new LogHistogram()
  /** Flows without a socket, and why none can be opened. */
  readonly #failures = new Map<FlowModel, string>()
  /** The failure of the last such event. Undefined: each flow has had its socket since. */
  #reportedFailure: string | undefined

  constructor(config: MonitorTarget, { clock, pauses }: TargetOrigin) {
    this.config = config
    this.#clock = clock
    this.#pauses = pauses
    this.#log = new EventLog(clock, config)
    this.#name = new TargetName(config.target, this.#log)
    this.#flows = Array.from({ length: config.flows }, (_, flow) => {
      return new FlowModel(flow, config, {
        slot: slot => {
          this.#history.add(slot, config.interval)
          this.#findings.slot(flow, slot)
        },
        event: event => this.#log.addFinal(event),
        epoch: (limit, end) => this.#findings.epoch(flow, limit, end, () => finalQueue(this.#flows, end)),
      })
    })
    const ports = (): readonly (number | undefined)[] => this.#flows.map(({ port }) => port)
    this.#findings = new TargetFindings(config, ports, (kind, moment, text) => {
      this.#log.add(kind, clock.steady(moment), text)
    })
  }

  /** Numbers of its paths that are not removed. */
  get paths(): readonly number[] {
    return [...this.#flowOf.keys()]
  }

  /** Bytes of its columns, which do not grow. */
  get bytes(): number {
    const flows = this.#flows.reduce((sum, { recent, delays }) => sum + recent.bytes + delays.bytes, 0)
    return this.#history.bytes + flows + this.#findings.bytes
  }

  addPath({ path, flow, address }: TargetPath): void {
    const model = this.#flows[flow]
    if (model === undefined) throw new RangeError(`${this.config.target} has no flow ${flow}`)
    this.#flowOf.set(path, model)
    model.addPath({ path, address, timeout: this.config.timeout })
  }

  /** Its name has this address: the first one, another one, or the same again. */
  resolved(address: Address, steadyMs: number): void {
    this.#name.resolved(address, steadyMs)
  }

  /** @param message why, in a few words */
  resolveFailed(message: string, steadyMs: number): void {
    this.#name.failed(message, steadyMs)
  }

  /** Adds an event that concerns all targets. */
  note(kind: MonitorEventKind, steadyMs: number, text: string): void {
    this.#log.add(kind, steadyMs, text)
  }

  /** An update of one of its paths. */
  apply(update: PathUpdate, steadyMs: number): void {
    const path = update.kind === 'began' || update.kind === 'closed' ? update.epoch.path : update.path
    const flow = this.#flowOf.get(path)
    if (flow === undefined) return
    switch (update.kind) {
      case 'opened':
        this.#failures.delete(flow)
        if (this.#failures.size === 0) this.#reportedFailure = undefined
        flow.opened(path, update.port)
        break
      case 'failed':
        this.#failed(flow, update.message, steadyMs)
        break
      case 'began':
        flow.began(update.epoch)
        break
      case 'closed':
        flow.closed(update.epoch, this.#reading(steadyMs))
        this.#settle(update.epoch.start, steadyMs)
        break
      case 'removed':
        this.#flowOf.delete(path)
        flow.removed(path, this.#reading(steadyMs))
        break
    }
  }

  /** @param cells length of the strips */
  view(steadyMs: number, cells: number): TargetView {
    const { target, module, labels, sizes, size, interval, timeout } = this.config
    const now = this.#clock.driver(steadyMs)
    const flows = this.#read(steadyMs)
    const most = Math.min(cells, MOST_CELLS)
    const views = flows.map(flow => flowView(flow, now, most, this.#clock))
    const ledger = sumLedgers(views.map(view => view.ledger))
    const [idle, last, reply, queue] = [this.#idle, lastFate(flows), lastReply(flows), queueOf(flows, now)]
    const slots = flows.map(({ flow, reading }) => ({ recent: flow.recent, slots: reading.slots }))
    const sole = views.length === 1 ? views[0] : undefined
    const { address } = this.#name
    return {
      target,
      module,
      labels,
      sizes,
      ...(size === undefined ? {} : { size }),
      intervalMs: toMs(interval),
      timeoutMs: toMs(timeout),
      ...(address === undefined ? {} : { address }),
      ...(idle === undefined ? {} : { idle }),
      strip: sole?.strip ?? targetStrip(slots, most, interval, this.#clock),
      minute: sole?.minute ?? minuteOf(flows, now),
      sinceStart: sole?.sinceStart ?? sinceStart(flows, ledger, this.#rtt),
      ledger,
      ...(last === undefined ? {} : { lastFate: last }),
      ...(reply === -Infinity ? {} : { lastReplyAt: this.#clock.realOf(reply) }),
      ...(queue === undefined ? {} : { queue }),
      ...this.#findings.view(this.#clock),
      events: this.#log.view(
        flows.flatMap(({ reading }) => reading.events),
        now,
      ),
      flows: views,
    }
  }

  /** The last hour in points of ten seconds, the oldest first. Points without a slot are absent. */
  history(steadyMs: number): readonly HistoryPoint[] {
    return historyPoints(
      this.#history,
      this.#read(steadyMs),
      this.config.interval,
      this.#clock,
      this.#clock.driver(steadyMs),
    )
  }

  /** Counters since the start, for metrics. */
  measure(): MeasuredTarget {
    const { target, module, labels, size, perFlow = false } = this.config
    const { address, failures } = this.#name
    return {
      target,
      module,
      labels,
      ...(size === undefined ? {} : { size }),
      perFlow,
      ...(address === undefined ? {} : { address }),
      resolveFailures: failures,
      flows: this.#flows.map(flow => flowTotals(flow, this.#clock)),
    }
  }

  get #idle(): string | undefined {
    if (this.#name.address === undefined) return this.#name.missing
    const failure = [...this.#failures.values()].at(-1)
    // Other flows are probed.
    if (failure === undefined || this.#failures.size < this.#flows.length) return undefined
    return `no socket can be opened: ${failure}`
  }

  #failed(flow: FlowModel, message: string, steadyMs: number): void {
    this.#failures.set(flow, message)
    if (this.#reportedFailure === message) return
    this.#reportedFailure = message
    const text = this.#flows.length === 1 ? 'no socket can be opened' : 'the socket of a flow cannot be opened'
    this.#log.add('socketFailed', steadyMs, `${text}: ${message}`)
  }

  #reading(steadyMs: number): EpochReading {
    return {
      now: this.#clock.driver(steadyMs),
      isPaused: moment => this.#pauses.has(this.#clock.steady(moment)),
      // With one flow its own round trips are those of the target.
      onReply: rtt => {
        if (this.#flows.length > 1) this.#rtt.push(rtt)
      },
    }
  }

  #read(steadyMs: number): ReadFlow[] {
    const reading = this.#reading(steadyMs)
    return this.#flows.map(flow => ({ flow, reading: flow.read(reading) }))
  }

  /** Round trips of the points since this time have more final slots now. */
  #settle(since: Nanos, steadyMs: number): void {
    const now = this.#clock.driver(steadyMs)
    renewRtts(this.#history, this.#flows, since)
    this.#log.settle(now)
  }
}
