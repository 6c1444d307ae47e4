import { SECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { Schedule } from './schedule.ts'

/**
 * A fixed grid: the time of every probe is known before the run begins and no delay shifts it, so that a slow sender shows as late probes and
 * not as a lower rate (no coordinated omission). Clients are spread evenly over one interval.
 */
export class GridSchedule implements Schedule {
  exhausted = false
  due: Nanos = 0
  #index = 0
  readonly #start: Nanos
  readonly #end: Nanos
  readonly #plan: ProbePlan
  readonly #last: number
  /** Payload bits before each position of one cycle of sizes, and of the whole cycle. */
  readonly #bitsBefore: readonly number[]

  constructor(plan: ProbePlan, start: Nanos) {
    this.#plan = plan
    this.#start = start
    this.#end = start + (plan.duration ?? Infinity)
    this.#last = (plan.count ?? Infinity) * plan.clients
    const before = [0]
    for (const size of plan.sizes) before.push((before.at(-1) ?? 0) + size * 8)
    this.#bitsBefore = before
    if (this.#last <= 0) this.exhausted = true
  }

  next(now: Nanos): number {
    if (this.exhausted) return -1
    const due = this.#dueAt(this.#index)
    // Probes due before the end are still sent after it, but a sender that fell behind stops soon.
    if (due >= this.#end || now > this.#end + this.#plan.timeout) {
      this.exhausted = true
      return -1
    }
    if (due > now) return -1
    this.due = due
    const [client] = this.#place(this.#index)
    this.#index += 1
    if (this.#index >= this.#last) this.exhausted = true
    return client
  }

  wake(): Nanos {
    return this.exhausted ? Infinity : Math.min(this.#dueAt(this.#index), this.#end)
  }

  freed(): void {}

  stop(): void {
    this.exhausted = true
  }

  #dueAt(index: number): Nanos {
    const [client, first] = this.#place(index)
    const offset = this.#offset(first)
    const interval = this.#offset(first + this.#plan.burst) - offset
    return Math.floor(this.#start + offset + (interval * client) / this.#plan.clients)
  }

  /** The client of a burst, and the burst's first sequence: in due order, client by client. */
  #place(index: number): readonly [client: number, first: number] {
    const { clients, burst, count } = this.#plan
    const round = Math.floor(index / (clients * burst))
    const first = round * burst
    // The last burst may be shorter.
    const size = Math.min(burst, (count ?? Infinity) - first)
    return [Math.floor((index - first * clients) / size), first]
  }

  /** When sequence s of a client is due, relative to its first. */
  #offset(sequence: number): Nanos {
    const { burst, interval, bitRate, sizes } = this.#plan
    const first = sequence - (sequence % burst)
    if (bitRate === undefined) return (first / burst) * interval
    const place = first % sizes.length
    const bits = ((first - place) / sizes.length) * (this.#bitsBefore.at(-1) ?? 0) + (this.#bitsBefore[place] ?? 0)
    return (bits / bitRate) * SECOND
  }
}
