import { UNSEEN, type Inbox, type Outbox } from '../machines/machine.ts'

/** An inbox that the engine fills. `bytes` and `count` change with every arrival. */
export interface WritableInbox extends Inbox {
  count: number
  bytes: Uint8Array
}

/** Creates an inbox of `rows` rows, with nothing observed yet. */
export function createInbox(rows: number, bytes: Uint8Array = new Uint8Array(0)): WritableInbox {
  return {
    count: 0,
    bytes,
    at: new Int32Array(rows),
    size: new Int32Array(rows),
    stride: new Int32Array(rows),
    whole: new Int32Array(rows),
    socket: new Int32Array(rows),
    flow: new Int32Array(rows),
    arrived: new Float64Array(rows),
    drops: new Float64Array(rows).fill(UNSEEN),
    tos: new Int16Array(rows).fill(UNSEEN),
    ttl: new Int16Array(rows).fill(UNSEEN),
    fragment: new Int32Array(rows).fill(UNSEEN),
    keep: new Int32Array(rows),
    answer: new Uint8Array(rows),
    token: new Float64Array(rows),
    hops: new Uint8Array(rows),
    answerTos: new Uint8Array(rows),
  }
}

/** Creates an outbox of `rows` rows with `room` bytes. A row is one datagram unless the engine sends trains. */
export function createOutbox(
  rows: number,
  room: number,
  bytes: Uint8Array = new Uint8Array(room),
  train: Outbox['train'] = () => 1,
): Outbox {
  return {
    count: 0,
    capacity: rows,
    room,
    bytes,
    at: new Int32Array(rows),
    size: new Int32Array(rows),
    stride: new Int32Array(rows),
    socket: new Int32Array(rows),
    flow: new Int32Array(rows),
    hops: new Uint8Array(rows),
    token: new Float64Array(rows),
    train,
  }
}
