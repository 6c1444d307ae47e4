import { getSystemErrorName } from 'node:util'
import { UdptoolError } from '../../../base/error.ts'
import { lacksDescriptors, RAISE_DESCRIPTORS } from '../../../base/no-descriptors.ts'

/** A failed system call as Node would have thrown it, from the −errno that it gave. */
function systemError(call: string, result: number): Error {
  const code = getSystemErrorName(result)
  return Object.assign(new Error(`${call} ${code}`), { code, errno: result, syscall: call })
}

/** Throws what a system call failed of, if it did. */
export function checked(result: number, call: string): void {
  if (result < 0) throw systemError(call, result)
}

/** A call that no engine but this one needs has failed: `auto` takes another engine then. */
export function engineFailure(call: string, result: number): UdptoolError {
  const name = getSystemErrorName(result)
  return new UdptoolError('engine', `the kernel engine cannot begin: ${call} failed (${name})`, {
    operation: call,
    hint: lacksDescriptors(name) ? `${RAISE_DESCRIPTORS}, or use --engine dgram` : 'use --engine dgram',
  })
}
