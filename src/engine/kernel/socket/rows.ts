import type { Outbox } from '../../../machines/machine.ts'

/** Rows to send, as an outbox has them; answers are rows of an inbox, with `keep` as their size. */
export type Rows = Pick<Outbox, 'bytes' | 'at' | 'size' | 'stride' | 'flow' | 'hops'>

/** Datagrams of a row of `size` bytes. */
export function datagramsOf(size: number, stride: number): number {
  return stride > 0 && stride < size ? Math.ceil(size / stride) : 1
}
