import type { Outbox } from './machine.ts'

/** Adds the datagram of `size` bytes at `at` as a row; returns the row's index. The caller checks the capacity. */
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
