import type { Nanos } from '../../src/base/nanos.ts'
import type { LongTimer } from '../../src/engine/long-timer.ts'

interface Timer {
  readonly at: Nanos
  readonly callback: () => void
}

/** Timers on a clock that only `advance` moves. */
export class ManualTimers {
  now: Nanos = 0
  readonly #timers = new Set<Timer>()

  get waiting(): number {
    return this.#timers.size
  }

  readonly start = (callback: () => void, duration: Nanos): LongTimer => {
    const timer = { at: this.now + duration, callback }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }

  /** Lets time pass. After each timer, promises that are settled have their callbacks. */
  async advance(duration: Nanos): Promise<void> {
    const end = this.now + duration
    for (;;) {
      await settle()
      const next = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.now = next.at
      next.callback()
    }
    this.now = end
  }
}

/** Waits until all settled promises have called back: a macrotask comes after them. */
export async function settle(): Promise<void> {
  await new Promise(resolve => {
    setImmediate(resolve)
  })
}
