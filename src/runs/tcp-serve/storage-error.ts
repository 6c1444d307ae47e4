import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { fileErrorReason } from '../file-error.ts'

/** The server cannot store something. Client and operator both get the reason. */
export class StorageError extends UdptoolError {
  /** The system's words alone: `no space left on device`. */
  readonly reason: string

  constructor(what: string, cause: unknown) {
    const reason = fileErrorReason(cause)
    super('refused', `cannot store ${what}: ${reason}`, { operation: 'store', cause })
    this.reason = reason
  }
}

/** The inbox may not grow by a file; the disk may have room for it. */
export class InboxFullError extends UdptoolError {
  constructor(fileName: string, why: string) {
    super('refused', `cannot store ${quoted(fileName)}: ${why}`, { operation: 'put' })
  }
}
