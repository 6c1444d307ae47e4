import { getSystemErrorName } from 'node:util'

/** A failed system call as Node would have thrown it, from the −errno that it gave. */
export function systemError(call: string, result: number): Error {
  const code = getSystemErrorName(result)
  return Object.assign(new Error(`${call} ${code}`), { code, errno: result, syscall: call })
}
