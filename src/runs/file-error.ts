import { isError } from '../base/thrown.ts'

/** EDQUOT, negated as in libuv, on Linux (except MIPS and SPARC) and on macOS and BSD. Node has no name for it. */
const QUOTA: ReadonlySet<unknown> = new Set([-122, -69])

/** Why a file could not be read or written, without the code and path that Node adds. */
export function fileErrorReason(cause: unknown): string {
  if (!isError(cause)) return String(cause)
  if ('errno' in cause && QUOTA.has(cause.errno)) return 'disk quota exceeded'
  return cause.message.replace(/^[A-Z]+: /, '').replace(/, [a-z]+( '.*')?$/, '')
}
