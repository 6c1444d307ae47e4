import type { StreamAddress } from '../base/address.ts'
import type { ResultMessage } from './result.ts'

/** The report of a conversation over one TCP connection. */
export interface TcpSendReport {
  readonly command: 'tcp send'
  readonly target: StreamAddress
  readonly messages: readonly ResultMessage[]
  /** Data received after the last reply was taken as complete. With the bytes if it is not UTF-8. */
  readonly rest?: string
  readonly restBase64?: string
  /** Ended by a signal. */
  readonly interrupted: boolean
  /** `fail` if no message was answered. */
  readonly verdict: 'pass' | 'fail'
}
