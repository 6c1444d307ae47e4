import { isError } from '../base/thrown.ts'

/** Why a file could not be read or written, without the code and the path that Node puts around it. */
export function fileErrorReason(cause: unknown): string {
  if (!isError(cause)) return String(cause)
  return cause.message.replace(/^[A-Z]+: /, '').replace(/, [a-z]+( '.*')?$/, '')
}
