import type { Inbox } from '../../../machines/machine.ts'

/** A message, a train of datagrams included, has at most so many bytes. */
export const MESSAGE_ROOM = 65_535

/** Messages of one call: enough to share its cost. */
export const MANY_MESSAGES = 64
/**
 * Messages of one call of a paced run. All of them have one time of sending, so a burst of hundreds in calls of 64 would look shorter than
 * it is, and its round trips longer. At 100 000 a second, calls of 8 cost no more time than calls of 64 that could be measured.
 */
export const PACED_MESSAGES = 8
/**
 * Trains that a server takes at once. One is up to 64 KiB: of 64 of them the first would be out of the cache before the last is answered.
 * Of 2, 4 and 8, 8 was the fastest.
 */
export const SERVER_TRAINS = 8
/**
 * Trains of replies that a prober takes at once. A window is a few trains, so with more of them the two ends would take turns instead of
 * working side by side: at 64 bytes, in interleaved runs, 0.7 to 1.2 million datagrams a second came back with 8 trains, and 2.4 to 2.9
 * with 1.
 */
export const PROBER_TRAINS = 1

/** How many messages are taken at once, by what came last: many single ones, few trains. */
export class BatchSize {
  most: number
  readonly #rows: number
  readonly #trains: number

  /** @param trains messages at once where these are trains */
  constructor(rows: number, trains: number) {
    this.#rows = rows
    this.#trains = Math.min(trains, rows)
    this.most = rows
  }

  learn({ count, size, stride }: Inbox): void {
    let trains = false
    for (let m = 0; m < count && !trains; m++) trains = (stride[m] ?? 0) < (size[m] ?? 0)
    this.most = trains ? this.#trains : this.#rows
  }
}
