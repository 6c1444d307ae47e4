import type { Outbox } from '../../../machines/machine.ts'

/** Rows to send, as in an outbox. Answers are rows of an inbox, with `keep` as their size. */
export type Rows = Pick<Outbox, 'bytes' | 'at' | 'size' | 'stride' | 'flow' | 'hops'> & {
  /** Type of service; 0 or absent: this host's default. */
  readonly answerTos?: Uint8Array
}

/** Number of datagrams in a row of `size` bytes. */
export function datagramsOf(size: number, stride: number): number {
  return stride > 0 && stride < size ? Math.ceil(size / stride) : 1
}
