/**
 * Whether a thrown value is an error, of this realm or another: in a node:vm context, which test runners use, Node's own errors are not
 * instances of the context's `Error`.
 */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]'
}

/** The message of an error, or any other thrown value as text. */
export function messageOf(thrown: unknown): string {
  return isError(thrown) ? thrown.message : String(thrown)
}
