import type { Inbox } from '../../../machines/machine.ts'

/** Largest message, also if it is a train. */
export const MESSAGE_ROOM = 65_535

/**
 * Size of the outbox of a prober, which fits a CPU cache. It is followed by room for one datagram that is larger than IP allows, which the
 * kernel is to refuse.
 */
export const OUT_ROOM = 256 * 1024
export const OVERHANG = 64 * 1024

/** Messages per call: enough to amortize its cost. */
export const MANY_MESSAGES = 64
/**
 * Messages per call of a paced run. All messages of a call have the same sending time, so a burst of hundreds in calls of 64 would look
 * shorter than it is, and its round trips longer. At 100 000 per second, calls of 8 took no measurably longer than calls of 64.
 */
export const PACED_MESSAGES = 8
/**
 * Trains that a server receives at once. A train has up to 64 KiB: of 64 trains, the first would be out of the cache before the last is
 * answered. Of 2, 4 and 8, 8 was the fastest.
 */
export const SERVER_TRAINS = 8
/**
 * Trains of replies that a prober receives at once. A window is a few trains, so with more of them the two ends would take turns instead of
 * working in parallel: at 64 bytes, in interleaved runs, 0.7 to 1.2 million datagrams per second came back with 8 trains, and 2.4 to 2.9
 * with 1.
 */
export const PROBER_TRAINS = 1

/** How many messages to receive at once, by what came last: many single ones, or few trains. */
export class BatchSize {
  most: number
  readonly #rows: number
  readonly #trains: number

  /** @param trains number of messages at once if they are trains */
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
