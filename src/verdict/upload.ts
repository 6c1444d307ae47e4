import type { StreamAddress } from '../base/address.ts'

/** The result of an upload. */
export interface PutResult {
  /** The name on the server: as the server reports it, else as requested. */
  readonly fileName: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /**
   * Whether the server confirmed the file. A server without an answer closed the connection in order: it read all bytes, but it is unknown
   * whether it stored them.
   */
  readonly confirmed: boolean
  readonly target: StreamAddress
  /** From the connection to the answer. */
  readonly durationMs: number
}

/** The progress of an upload. */
export interface PutProgress {
  /** The digest is computed before anything is sent. */
  readonly phase: 'digest' | 'send'
  readonly bytes: number
  readonly size: number
}
