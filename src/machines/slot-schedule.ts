import type { Nanos } from '../base/nanos.ts'
import type { Schedule } from './schedule.ts'

/** The slots of an epoch. */
export interface Slots {
  /** When the first one is due. */
  readonly start: Nanos
  readonly interval: Nanos
  readonly count: number
}

/**
 * The grid of an epoch: a probe in each slot. A slot that is overdue by more than an interval is skipped, because a burst after a pause of
 * this process would measure nothing but itself.
 */
export class SlotSchedule implements Schedule {
  exhausted = false
  due: Nanos = 0
  /** Slots that were skipped, because this process was late. */
  missed = 0
  /** Slots that were skipped, because the user paused. */
  paused = 0
  readonly #slots: Slots
  readonly #isPaused: () => boolean
  #next = 0

  constructor(slots: Slots, isPaused: () => boolean) {
    this.#slots = slots
    this.#isPaused = isPaused
  }

  next(now: Nanos): number {
    const { interval, count } = this.#slots
    while (!this.exhausted) {
      const due = this.#dueAt(this.#next)
      if (due > now) return -1
      this.#next += 1
      if (this.#next === count) this.exhausted = true
      if (this.#isPaused()) this.paused += 1
      else if (now - due > interval) this.missed += 1
      else {
        this.due = due
        return 0
      }
    }
    return -1
  }

  wake(): Nanos {
    return this.exhausted ? Infinity : this.#dueAt(this.#next)
  }

  freed(): void {}

  stop(): void {
    this.exhausted = true
  }

  #dueAt(slot: number): Nanos {
    return this.#slots.start + slot * this.#slots.interval
  }
}
