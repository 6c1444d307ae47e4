import type { Nanos } from '../base/nanos.ts'

/** Decides which client sends the next probe, and when. */
export interface Schedule {
  /** No further probe will be due. */
  readonly exhausted: boolean
  /** When the last probe returned by `next` was due. */
  readonly due: Nanos
  /** The client whose next probe is due by `now`, or -1. */
  next(now: Nanos): number
  /** When to call `next` again; Infinity: after a `freed`, or never. */
  wake(now: Nanos): Nanos
  /** A window slot of this client became free. */
  freed(client: number, now: Nanos): void
  stop(): void
}
