import { errnoName } from '../base/errno.ts'

/** Attempts to take datagrams from our sockets that our own kernel refused, by the name of the error: `{ ENOMEM: 12 }`. */
export type ReceiveErrors = Record<string, number>

export function countReceiveError(errors: ReceiveErrors, errno: number): void {
  const name = errnoName(errno)
  errors[name] = (errors[name] ?? 0) + 1
}

/** Adds what was counted elsewhere. */
export function addReceiveErrors(into: ReceiveErrors, from: ReceiveErrors): void {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count
}

/** How many there were. */
export function receiveErrorCount(errors: ReceiveErrors): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0)
}
