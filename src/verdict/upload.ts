import type { StreamAddress } from '../base/address.ts'

/** A file that was sent. */
export interface PutResult {
  /** Its name there: what the server says, else what it was asked for. */
  readonly fileName: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /**
   * Whether the server said that it has it. A server that gives no answer ended the connection in order, which says that all bytes
   * were read and nothing about what became of them.
   */
  readonly confirmed: boolean
  readonly target: StreamAddress
  /** From the connection to the answer. */
  readonly durationMs: number
}

/** A file on its way. */
export interface PutProgress {
  /** The digest is made before anything is sent. */
  readonly phase: 'digest' | 'send'
  readonly bytes: number
  readonly size: number
}
