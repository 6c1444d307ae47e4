import type { Nanos } from '../../base/nanos.ts'
import type { EpochFacts } from '../../facts/path.ts'
import { LogHistogram } from '../../ledger/histogram.ts'
import { CounterFold } from './counters.ts'
import { DELAY_BOUNDS } from './delay-buckets.ts'
import { DelayFloor } from './delay-floor.ts'
import type { FlowEvent, PathContext } from './events/flow-event.ts'
import type { TargetFlowEvent } from './events/grouped-events.ts'
import { FlowEvents } from './events/flow-events.ts'
import { epochLimit, type EpochLimit } from './findings/epoch-limit.ts'
import type { MonitorTarget } from './monitor-target.ts'
import { OpenEpoch, type EpochReading, type Outstanding } from './open-epoch.ts'
import { countReordered, firstArrival } from './reordered.ts'
import { ServerClock } from './server-clock.ts'
import { SlotRing } from './slot-ring.ts'
import type { ServerSecond } from './slot-reader.ts'
import type { Slot } from './slot.ts'

/** A path of a flow: the flow gets another one when the name of its target gets another address. */
interface FlowPath {
  readonly context: PathContext
  readonly serverSecond: ServerSecond
  port?: number
  /** End of its latest epoch. */
  end?: Nanos
}

/** Called for what becomes final. */
export interface FlowObserver {
  slot(slot: Slot): void
  event(event: TargetFlowEvent): void
  /** After the slots of an epoch that ended at this time. */
  epoch(limit: EpochLimit, end: Nanos): void
}

/** An epoch of a flow that is not final, and its slots at one moment. */
interface ReadEpoch {
  readonly epoch: OpenEpoch
  readonly path: FlowPath
  readonly slots: readonly Slot[]
}

/** What is not final of a flow, at one moment. */
export interface FlowReading {
  /** In order of their times. */
  readonly slots: readonly Slot[]
  readonly reordered: number
  readonly events: readonly TargetFlowEvent[]
}

/** One flow of a target: its final slots in columns and sums, and the epochs that are not final. */
export class FlowModel {
  readonly recent: SlotRing
  readonly delays = new DelayFloor()
  readonly counters: CounterFold
  readonly serverClock: ServerClock
  /** Round trips of all replies since the start. */
  readonly rtt = new LogHistogram()
  /** When the last reply of a final slot arrived, driver's clock. */
  lastReply: Nanos = -Infinity
  readonly #flow: number
  readonly #events = new FlowEvents()
  readonly #paths = new Map<number, FlowPath>()
  readonly #observer: FlowObserver
  #open: readonly { readonly epoch: OpenEpoch; readonly path: FlowPath }[] = []
  #latest: FlowPath | undefined
  #port: number | undefined
  /** What the latest closed epoch has shown. */
  #limit: EpochLimit | undefined

  /**
   * @param flow its number within the target, from 0
   */
  constructor(
    flow: number,
    { interval, bounds = DELAY_BOUNDS, oneWay }: Pick<MonitorTarget, 'interval' | 'bounds' | 'oneWay'>,
    observer: FlowObserver,
  ) {
    this.#flow = flow
    this.recent = new SlotRing(interval)
    this.counters = new CounterFold(bounds)
    this.serverClock = new ServerClock(oneWay === true ? bounds : undefined)
    this.#observer = observer
  }

  /** Local port of the latest socket that was opened. */
  get port(): number | undefined {
    return this.#port
  }

  get openEpochs(): number {
    return this.#open.length
  }

  /** What is not final. */
  get outstanding(): Outstanding {
    const all = this.#open.map(({ epoch }) => epoch.outstanding)
    return {
      sent: all.reduce((sum, { sent }) => sum + sent, 0),
      lastReply: all.reduce((last, { lastReply }) => Math.max(last, lastReply), -Infinity),
    }
  }

  get outages(): FlowEvents['outage'] {
    return this.#events.outage
  }

  addPath(context: PathContext): void {
    const path: FlowPath = { context, serverSecond: {} }
    this.#paths.set(context.path, path)
    this.#latest = path
  }

  opened(path: number, port: number): void {
    const opened = this.#paths.get(path)
    if (opened === undefined) return
    opened.port = port
    if (opened === this.#latest) this.#port = port
  }

  began(facts: EpochFacts): void {
    const path = this.#paths.get(facts.path)
    if (path === undefined) return
    const epoch = new OpenEpoch(facts, path.end, path.serverSecond)
    path.end = epoch.end
    this.#open = [...this.#open, { epoch, path }]
  }

  closed({ path, number }: EpochFacts, reading: EpochReading): void {
    this.#open.find(({ epoch: { facts } }) => facts.path === path && facts.number === number)?.epoch.close()
    this.#commit(reading)
  }

  /** All epochs of the path are closed. */
  removed(path: number, reading: EpochReading): void {
    this.#paths.delete(path)
    this.#open = this.#open.filter(({ epoch }) => epoch.analysis !== undefined || epoch.facts.path !== path)
    this.#commit(reading)
  }

  read(reading: EpochReading): FlowReading {
    const epochs = this.#read(reading)
    const events: TargetFlowEvent[] = []
    const slots = epochs.flatMap(one => one.slots)
    if (slots.length === 0) return { slots, reordered: 0, events }
    const found = this.#events.copy()
    search: for (const { path, slots: own } of epochs) {
      for (const slot of own) {
        // The order of losses is known up to here.
        if (slot.state === 'waiting') break search
        found.push(slot, path.context, event => events.push(this.#ofFlow(event, path)))
      }
    }
    const reordered = epochs.reduce((sum, one, n) => sum + countReordered(one.slots, laterArrival(epochs, n)), 0)
    return { slots, reordered, events }
  }

  #ofFlow(event: FlowEvent, { port }: FlowPath): TargetFlowEvent {
    return { ...event, flow: this.#flow, port }
  }

  #read(reading: EpochReading): ReadEpoch[] {
    const onReply = (rtt: Nanos): void => {
      this.rtt.push(rtt)
      reading.onReply(rtt)
    }
    return this.#open.map(({ epoch, path }) => ({ epoch, path, slots: epoch.read({ ...reading, onReply }) }))
  }

  /** Counts the slots of closed epochs, in the order in which the epochs began. */
  #commit(reading: EpochReading): void {
    while (this.#open[0]?.epoch.analysis !== undefined) {
      const epochs = this.#read(reading)
      const [first] = epochs
      const { analysis, facts, end } = this.#open[0].epoch
      if (first === undefined) return
      const { path, slots } = first
      for (const slot of slots) {
        this.recent.push(slot)
        this.delays.push(slot)
        if (slot.rtt >= 0) this.lastReply = Math.max(this.lastReply, slot.sent + slot.rtt)
        this.#events.push(slot, path.context, event => this.#observer.event(this.#ofFlow(event, path)))
        this.#observer.slot(slot)
      }
      const reordered = countReordered(slots, laterArrival(epochs, 0))
      this.counters.add(slots, reordered, facts, analysis, path.context.address.family)
      this.serverClock.add(path.context.path, slots, path.serverSecond.value, facts.facts)
      this.#open = this.#open.slice(1)
      this.#limit = epochLimit(slots, facts.facts, analysis, path.context.address.family, this.#limit)
      this.#observer.epoch(this.#limit, end)
    }
  }
}

/** When the first reply of a later epoch of the same path arrived. */
function laterArrival(epochs: readonly ReadEpoch[], n: number): Nanos {
  const path = epochs[n]?.path
  return epochs.slice(n + 1).reduce((first, one) => {
    return one.path === path ? Math.min(first, firstArrival(one.slots)) : first
  }, Infinity)
}
