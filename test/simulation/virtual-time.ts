import { SECOND, type Nanos } from '../../src/base/nanos.ts'
import { DelayQueue } from '../../src/machines/delay-queue.ts'

/** A process of the simulation, which is called at the time that it requests. */
export interface Process {
  /** Infinity: only after another event. */
  readonly wake: Nanos
  turn(): void
}

/**
 * Virtual time of a discrete-event simulation: it jumps from event to event. A run of minutes takes milliseconds and is always the same.
 */
export class VirtualTime {
  readonly #events = new DelayQueue<() => void>()
  readonly #wakers: Process[] = []
  #now: Nanos = SECOND

  get now(): Nanos {
    return this.#now
  }

  /** Schedules an action. Actions at the same time run in the order of the calls. */
  at(due: Nanos, action: () => void): void {
    this.#events.push(due, action)
  }

  add(waker: Process): void {
    this.#wakers.push(waker)
  }

  remove(waker: Process): void {
    this.#wakers.splice(this.#wakers.indexOf(waker), 1)
  }

  /** Advances to the next event and runs it. False if there is none. */
  step(): boolean {
    const first = this.#wakers.reduce<Process | undefined>(
      (best, waker) => (waker.wake < (best?.wake ?? Infinity) ? waker : best),
      undefined,
    )
    const due = Math.min(this.#events.due, first?.wake ?? Infinity)
    if (due === Infinity) return false
    this.#now = Math.max(this.#now, due)
    if (this.#events.due <= due) this.#events.shift()?.()
    else first?.turn()
    return true
  }
}
