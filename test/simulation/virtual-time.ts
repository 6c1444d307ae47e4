import { SECOND, type Nanos } from '../../src/base/nanos.ts'
import { DelayQueue } from '../../src/machines/delay-queue.ts'

/** Something in a world that wants to be called at a moment of its own choosing. */
export interface Process {
  /** Infinity: not before something else happens. */
  readonly wake: Nanos
  turn(): void
}

/**
 * Virtual time: it stands still while anything is done, and jumps to the next event when nothing is left to do. So a run of
 * minutes takes milliseconds, and always the same way.
 */
export class VirtualTime {
  readonly #events = new DelayQueue<() => void>()
  readonly #wakers: Process[] = []
  #now: Nanos = SECOND

  get now(): Nanos {
    return this.#now
  }

  /** Does this later; at the same moment in the order of the calls. */
  at(due: Nanos, action: () => void): void {
    this.#events.push(due, action)
  }

  add(waker: Process): void {
    this.#wakers.push(waker)
  }

  remove(waker: Process): void {
    this.#wakers.splice(this.#wakers.indexOf(waker), 1)
  }

  /** Goes to the next event and lets it happen; false if none will ever come. */
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
