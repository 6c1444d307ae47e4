import { errnoName } from '../base/errno.ts'

/** Failed receives on our sockets, by errno name: `{ ENOMEM: 12 }`. */
export type ReceiveErrors = Record<string, number>

export function countReceiveError(errors: ReceiveErrors, errno: number): void {
  const name = errnoName(errno)
  errors[name] = (errors[name] ?? 0) + 1
}

/** Adds the counts of another run or socket. */
export function addReceiveErrors(into: ReceiveErrors, from: ReceiveErrors): void {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count
}

export function receiveErrorCount(errors: ReceiveErrors): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0)
}
