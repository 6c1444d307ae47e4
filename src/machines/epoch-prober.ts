import type { Nanos } from '../base/nanos.ts'
import { planEpoch, type EpochFacts, type PathPlan } from '../facts/path.ts'
import { createRunFacts } from '../facts/run.ts'
import type { Payload } from '../wire/payload.ts'
import type { Codec } from './codec.ts'
import type { MonitorEnvironment } from './monitor-environment.ts'
import { Prober } from './prober.ts'
import { SlotSchedule } from './slot-schedule.ts'

/** Identifies a probe among all epochs of its path, in `token`: an epoch has fewer slots than this. */
const TOKENS = 2 ** 20

/** What an epoch takes from its path. */
interface EpochOrigin {
  readonly path: PathPlan
  readonly payload: Payload
  readonly codec: Codec
  readonly environment: MonitorEnvironment
  readonly isPaused: () => boolean
}

/** One epoch of a path: a run of its own, with the slots of at most ten seconds. */
export class EpochProber {
  readonly epoch: EpochFacts
  readonly prober: Prober
  /** When its last slot is over. */
  readonly end: Nanos
  /** When it wants to be called. */
  wake: Nanos
  readonly #schedule: SlotSchedule

  /**
   * @param count number of its slots
   * @param missed slots before `start` that nobody could send in
   */
  constructor(origin: EpochOrigin, number: number, start: Nanos, count: number, missed: number) {
    const { path, payload, codec, environment, isPaused } = origin
    const plan = planEpoch(path, count, environment.random32())
    const facts = createRunFacts(plan, environment.engine, environment.createTable(count))
    this.epoch = { path: path.path, number, facts, start, missed, paused: 0, overdue: 0 }
    this.end = start + count * path.interval
    this.wake = start
    this.#schedule = new SlotSchedule({ start, interval: path.interval, count }, isPaused)
    this.#schedule.missed = missed
    const ofPath = {
      peer: (flow: number) => environment.peer(flow),
      drops: () => environment.drops(path.path),
      epoch: () => environment.epoch(),
    }
    this.prober = new Prober(plan, ofPath, facts, codec, { schedule: this.#schedule, payload })
  }

  get run(): number {
    return this.epoch.facts.clients[0]?.run ?? 0
  }

  /** Copies the counts of slots to the facts. */
  update(): void {
    this.epoch.missed = this.#schedule.missed
    this.epoch.paused = this.#schedule.paused
  }

  /** Sends in no further slot. */
  stop(now: Nanos): void {
    this.#schedule.stop()
    this.wake = Math.min(this.wake, now)
  }

  /** Whether one of its probes was sent at this time. */
  covers(sent: Nanos): boolean {
    const { firstSent = Infinity, lastSent = -Infinity } = this.epoch.facts.clients[0] ?? {}
    return sent >= firstSent && sent <= lastSent
  }

  tokenOf(sequence: number): number {
    return this.epoch.number * TOKENS + sequence
  }
}

/** The epoch and the sequence of a token. */
export function splitToken(token: number): { readonly number: number; readonly sequence: number } {
  const number = Math.floor(token / TOKENS)
  return { number, sequence: token - number * TOKENS }
}
