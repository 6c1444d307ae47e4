/** What went wrong, as a stable name. Each has a heading in docs/errors.md. */
export type ErrorCode =
  /** The command line, an option or an input file says something that cannot be meant. */
  | 'usage'
  /** The address or port is taken by another socket (EADDRINUSE). */
  | 'addressInUse'
  /** The address is not one of this host's, or cannot be reached from it. */
  | 'addressUnavailable'
  /** The operating system forbids it. */
  | 'permission'
  /** A host name has no address. */
  | 'resolve'
  /** The engine that was asked for is missing here, or cannot do what was asked. */
  | 'engine'
  /** A file cannot be read or written. */
  | 'file'
  /** What the other side of a stream sent is not what was agreed on. */
  | 'protocol'
  /** The other side understood what was asked, and will not do it. */
  | 'refused'
  /** Any other failure of a socket or a worker. */
  | 'socket'

/** The place of a mistake in what was written. */
export interface Excerpt {
  /** What was written, unchanged: not yet safe for a terminal. */
  readonly text: string
  /** Where in `text` the mistake begins, in UTF-16 units from 0; the length of `text` where something is missing behind it. */
  readonly column: number
}

export interface ErrorDetails {
  /** What was tried, as a verb phrase: `bind`, `resolve`, `write the journal`. */
  readonly operation?: string | undefined
  /** The address, file or flag it was tried on. */
  readonly address?: string | undefined
  /** What to do about it, one sentence. */
  readonly hint?: string | undefined
  /** Where the mistake is, for a value of several parts. */
  readonly excerpt?: Excerpt | undefined
  /** The option that it is about, in camelCase. */
  readonly option?: string | undefined
  readonly cause?: unknown
}

/**
 * The one error class of udptool. `message` is a full sentence for a person (what was tried, on which address, why);
 * `hint` says what to do. `usage` ends the command line tool with exit status 2, every other code with 3.
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

/** A `usage` error: `message` says what was found and why it is wrong, `hint` shows what is right. */
export function usage(message: string, hint?: string, option?: string): UdptoolError {
  return new UdptoolError('usage', message, { hint, option })
}
