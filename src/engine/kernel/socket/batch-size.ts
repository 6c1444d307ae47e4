import type { Inbox } from '../../../machines/machine.ts'

/** A message, a train of datagrams included, has at most so many bytes. */
export const MESSAGE_ROOM = 65_535

/** Messages of one call: enough to share its cost. */
export const MANY_MESSAGES = 64
/** A train is up to 64 KiB: of 64 of them the first would be out of the cache before the last is answered. Of 2, 4 and 8, 8 was the fastest. */
const FEW_MESSAGES = 8

/** How many messages are taken at once, by what came last: many single ones, few trains. */
export class BatchSize {
  most: number
  readonly #rows: number

  constructor(rows: number) {
    this.#rows = rows
    this.most = rows
  }

  learn({ count, size, stride }: Inbox): void {
    let trains = false
    for (let m = 0; m < count && !trains; m++) trains = (stride[m] ?? 0) < (size[m] ?? 0)
    this.most = trains ? Math.min(FEW_MESSAGES, this.#rows) : this.#rows
  }
}
