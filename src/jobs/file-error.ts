import { isError } from '../base/thrown.ts'

/** EDQUOT, for which Node has no name, on Linux (MIPS and SPARC apart) and on macOS and BSD. */
const QUOTA: ReadonlySet<unknown> = new Set(['Unknown system error -122', 'Unknown system error -69'])

/** Why a file could not be read or written, without the code and the path that Node puts around it. */
export function fileErrorReason(cause: unknown): string {
  if (!isError(cause)) return String(cause)
  if ('code' in cause && QUOTA.has(cause.code)) return 'disk quota exceeded'
  return cause.message.replace(/^[A-Z]+: /, '').replace(/, [a-z]+( '.*')?$/, '')
}
