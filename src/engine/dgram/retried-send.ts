import { ICMP_ERRNOS, MAX_TRIES } from '../icmp-errnos.ts'
import { errorNumber } from '../socket-error.ts'

const ECONNREFUSED = 111
/** Retries of one send because of ICMP errors of earlier datagrams. */
const MAX_STALE = 64

export interface SendOutcome {
  /** An ICMP error about an earlier datagram. */
  readonly icmp: (errno: number) => void
  /** The datagram's own failure: the last one. */
  readonly refused: (errno: number) => void
  /** A retry succeeded, so the earlier failures were not the datagram's own. Called once for each of them. */
  readonly recovered?: (errno: number) => void
}

/**
 * Sends on a connected socket. A pending ICMP error makes the next send fail, so a failed send is retried at once, and several times if the
 * error can be from ICMP. ECONNREFUSED is never the datagram's own error, and after a burst several may be pending.
 */
export function sendWithRetry(
  send: (sent: (error: Error | null) => void) => void,
  outcome: SendOutcome,
  failed: readonly number[] = [],
  stale = 0,
): void {
  send(error => {
    if (error === null) {
      for (const errno of failed) outcome.recovered?.(errno)
      return
    }
    const errno = errorNumber(error)
    if (errno === ECONNREFUSED && stale < MAX_STALE) {
      outcome.icmp(errno)
      sendWithRetry(send, outcome, failed, stale + 1)
    } else if (failed.length + 1 < (ICMP_ERRNOS.has(errno) ? MAX_TRIES : 2))
      sendWithRetry(send, outcome, [...failed, errno], stale)
    else outcome.refused(errno)
  })
}
