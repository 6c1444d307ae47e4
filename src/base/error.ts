/** The kind of failure, as a stable name. Each has a heading in docs/errors.md. */
export type ErrorCode =
  /** The command line, an option or an input file is invalid. */
  | 'usage'
  /** Another socket uses the address or port (EADDRINUSE). */
  | 'addressInUse'
  /** The address is not one of this host's, or this host has no route to it. */
  | 'addressUnavailable'
  /** The operating system forbids it. */
  | 'permission'
  /** A host name has no address. */
  | 'resolve'
  /** The requested engine is not available on this host, or cannot do what was requested. */
  | 'engine'
  /** A file cannot be read or written. */
  | 'file'
  /** The peer of a stream violated the protocol. */
  | 'protocol'
  /** The peer understood the request and refused it, or, of irtt, opened no session. */
  | 'refused'
  /** Any other failure of a socket or a worker. */
  | 'socket'

/** The place of a mistake in the input. */
export interface Excerpt {
  /** The input, unchanged: not yet safe for a terminal. */
  readonly text: string
  /** Where in `text` the mistake begins, in UTF-16 units from 0; the length of `text` if something is missing at its end. */
  readonly column: number
}

export interface ErrorDetails {
  /** The operation that failed, as a verb phrase: `bind`, `resolve`, `write the journal`. */
  readonly operation?: string | undefined
  /** The address, file or flag of the operation. */
  readonly address?: string | undefined
  /** What to do about it, one sentence. */
  readonly hint?: string | undefined
  /** Where the mistake is, for a value of several parts. */
  readonly excerpt?: Excerpt | undefined
  /** The option at fault, in camelCase. */
  readonly option?: string | undefined
  readonly cause?: unknown
}

/**
 * The one error class of udptool. `message` is a full sentence for a person (what failed, on which address, why); `hint` says what to do. After
 * `usage` the command line tool exits with status 2, after every other code with 3.
 */
export class UdptoolError extends Error {
  override readonly name = 'UdptoolError'
  readonly code: ErrorCode
  readonly operation: string | undefined
  readonly address: string | undefined
  readonly hint: string | undefined
  readonly excerpt: Excerpt | undefined
  readonly option: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.operation = details.operation
    this.address = details.address
    this.hint = details.hint
    this.excerpt = details.excerpt
    this.option = details.option
  }
}

/** A `usage` error: `message` quotes the value and says why it is wrong, `hint` shows valid values. */
export function usage(message: string, hint?: string, option?: string): UdptoolError {
  return new UdptoolError('usage', message, { hint, option })
}
