import type { Outbox } from './machine.ts'

/** Adds the datagram of `size` bytes that was written at `at` as a row of its own; gives the row's number. There must be room for it. */
export function addRow(outbox: Outbox, at: number, size: number, socket: number, token: number): number {
  const m = outbox.count
  outbox.at[m] = at
  outbox.size[m] = size
  outbox.stride[m] = size
  outbox.socket[m] = socket
  outbox.token[m] = token
  outbox.count = m + 1
  return m
}
