import type { Nanos } from '../base/nanos.ts'

/** Decides whose probe leaves next, and when. */
export interface Schedule {
  /** No probe will ever be due again. */
  readonly exhausted: boolean
  /** When the probe that `next` gave out was due. */
  readonly due: Nanos
  /** The client whose next probe is due by `now`, or -1. */
  next(now: Nanos): number
  /** When to ask again; Infinity: after a `freed`, or never. */
  wake(now: Nanos): Nanos
  /** A window slot of this client came free. */
  freed(client: number, now: Nanos): void
  /** Schedule no more. */
  stop(): void
}
