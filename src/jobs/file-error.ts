/** Why a file could not be read or written, without the code and the path that Node puts around it. */
export function fileErrorReason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message.replace(/^[A-Z]+: /, '').replace(/, [a-z]+( '.*')?$/, '')
}
