import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { fileErrorReason } from '../file-error.ts'

/** The server cannot store something. Client and operator both get the reason. */
export class StorageError extends UdptoolError {
  /** The text of the system error: `no space left on device`. */
  readonly reason: string

  constructor(what: string, cause: unknown) {
    const reason = fileErrorReason(cause)
    super('refused', `cannot store ${what}: ${reason}`, { operation: 'store', cause })
    this.reason = reason
  }
}

/** The inbox has reached its limit. The disk may still have room. */
export class InboxFullError extends UdptoolError {
  constructor(fileName: string, why: string) {
    super('refused', `cannot store ${quoted(fileName)}: ${why}`, { operation: 'put' })
  }
}
