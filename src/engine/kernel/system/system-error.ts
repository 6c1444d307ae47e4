import { getSystemErrorName } from 'node:util'

/** A failed system call as Node would have thrown it, from the −errno that it gave. */
export function systemError(call: string, result: number): Error {
  const code = getSystemErrorName(result)
  return Object.assign(new Error(`${call} ${code}`), { code, errno: result, syscall: call })
}

/** Throws what a system call failed of, if it did. */
export function checked(result: number, call: string): void {
  if (result < 0) throw systemError(call, result)
}
