import { getSystemErrorName } from 'node:util'
import { UdptoolError } from '../../../base/error.ts'
import { lacksDescriptors, RAISE_DESCRIPTORS } from '../../../base/no-descriptors.ts'

/** The error that Node would have thrown for a failed system call, from its −errno. */
function systemError(call: string, result: number): Error {
  const code = getSystemErrorName(result)
  return Object.assign(new Error(`${call} ${code}`), { code, errno: result, syscall: call })
}

/** Throws the error of a failed system call. */
export function checked(result: number, call: string): void {
  if (result < 0) throw systemError(call, result)
}

/** The failure of a call that only this engine needs. `auto` uses another engine then. */
export function engineFailure(call: string, result: number): UdptoolError {
  const name = getSystemErrorName(result)
  return new UdptoolError('engine', `the kernel engine cannot begin: ${call} failed (${name})`, {
    operation: call,
    hint: lacksDescriptors(name) ? `${RAISE_DESCRIPTORS}, or use --engine dgram` : 'use --engine dgram',
  })
}
