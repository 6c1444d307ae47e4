/**
 * Whether something that was thrown is an error, of this realm or another: in a node:vm context, as test runners use, Node's own errors are
 * no instances of the `Error` there.
 */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]'
}

/** The message of an error, or whatever else was thrown as text. */
export function messageOf(thrown: unknown): string {
  return isError(thrown) ? thrown.message : String(thrown)
}
