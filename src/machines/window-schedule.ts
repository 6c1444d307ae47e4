import { SECOND, type Nanos } from '../base/nanos.ts'
import { probeSize } from '../facts/run.ts'
import { isFlood, type ProbePlan } from '../facts/plan.ts'
import { ClientQueue } from './client-queue.ts'
import { DelayQueue } from './delay-queue.ts'
import type { Schedule } from './schedule.ts'

/** Consecutive probes of one client in a flood: the maximum that the kernel accepts as one train (UDP_MAX_SEGMENTS, 64 up to Linux 6.8). */
const FLOOD_TURN = 64

/**
 * At most `window` probes of a client in flight; the next is due when a slot is free and, if there is an interval, not before the interval has
 * passed. Time spent waiting for a slot is not made up afterwards.
 */
export class WindowSchedule implements Schedule {
  due: Nanos = 0
  readonly #plan: ProbePlan
  readonly #window: number
  readonly #end: Nanos
  #stopped = false
  /** Clients that may send now, and clients waiting for their interval, in the order of its end. */
  readonly #ready: ClientQueue
  readonly #paused = new DelayQueue<number>()
  readonly #sequence: Float64Array
  readonly #inFlight: Int32Array
  readonly #blocked: Uint8Array
  readonly #portReady: (client: number, now: Nanos) => Nanos
  readonly #longestTurn: number
  /** Whether anything but the window limits the rate. */
  readonly #paced: boolean
  /** Consecutive probes sent by the client at the head. */
  #turn = 0

  /** @param ready returns when a client's next probe has a port to send from; called again at that time */
  constructor(plan: ProbePlan, window: number, start: Nanos, ready: (client: number, now: Nanos) => Nanos = always) {
    this.#plan = plan
    this.#portReady = ready
    this.#window = window
    this.#end = start + (plan.duration ?? Infinity)
    this.#ready = new ClientQueue(plan.clients)
    this.#sequence = new Float64Array(plan.clients)
    this.#inFlight = new Int32Array(plan.clients)
    this.#blocked = new Uint8Array(plan.clients)
    this.#longestTurn = isFlood(plan) ? FLOOD_TURN : 1
    this.#paced = plan.interval > 0 || plan.bitRate !== undefined
    const stagger = this.#gap(0) / plan.clients
    for (let client = 0; client < plan.clients; client++) {
      if ((plan.count ?? Infinity) <= 0) break
      this.#paused.push(start + Math.floor(client * stagger), client)
      this.#unfinished += 1
    }
  }

  #unfinished = 0

  get exhausted(): boolean {
    return this.#stopped || this.#unfinished === 0
  }

  next(now: Nanos): number {
    if (now >= this.#end) this.#stopped = true
    if (this.exhausted) return -1
    this.#wakePaused(now)
    const client = this.#ready.peek()
    if (client < 0) return -1
    this.due = now
    const sequence = this.#sequence[client] ?? 0
    this.#sequence[client] = sequence + 1
    this.#inFlight[client] = (this.#inFlight[client] ?? 0) + 1
    if (sequence + 1 >= (this.#plan.count ?? Infinity)) {
      this.#unfinished -= 1
      this.#endTurn()
      return client
    }
    const { burst } = this.#plan
    const gap = this.#paced && (sequence + 1) % burst === 0 ? this.#gap(sequence + 1 - burst) : 0
    this.#turn += 1
    if (gap === 0 && this.#turn < this.#longestTurn && this.#hasRoom(client)) return client
    this.#endTurn()
    if (gap > 0) this.#paused.push(now + gap, client)
    else this.#admit(client, now)
    return client
  }

  wake(now: Nanos): Nanos {
    if (this.exhausted) return Infinity
    if (this.#ready.length > 0) return now
    return Math.min(this.#end, this.#paused.due)
  }

  freed(client: number, now: Nanos): void {
    this.#inFlight[client] = (this.#inFlight[client] ?? 0) - 1
    if (this.#blocked[client] === 1) {
      this.#blocked[client] = 0
      this.#admit(client, now)
    }
  }

  stop(): void {
    this.#stopped = true
  }

  #wakePaused(now: Nanos): void {
    while (this.#paused.due <= now) {
      const client = this.#paused.shift()
      if (client !== undefined) this.#admit(client, now)
    }
  }

  #admit(client: number, now: Nanos): void {
    if (!this.#hasRoom(client)) {
      this.#blocked[client] = 1
      return
    }
    const ready = this.#portReady(client, now)
    if (ready <= now) this.#ready.push(client)
    else this.#paused.push(ready, client)
  }

  /** Removes the client from the head of the queue. */
  #endTurn(): void {
    this.#ready.shift()
    this.#turn = 0
  }

  #hasRoom(client: number): boolean {
    return (this.#inFlight[client] ?? 0) < this.#window
  }

  /** The pause after the burst that begins with sequence s. */
  #gap(first: number): Nanos {
    const { bitRate, burst, interval } = this.#plan
    if (bitRate === undefined) return interval
    let bytes = 0
    for (let sequence = first; sequence < first + burst; sequence++) bytes += probeSize(this.#plan, sequence)
    return Math.floor(((bytes * 8) / bitRate) * SECOND)
  }
}

function always(_: number, now: Nanos): Nanos {
  return now
}
