import { errorNumber } from '../socket-error.ts'

const ECONNREFUSED = 111
/** ICMP errors of earlier datagrams that one send is tried again for. */
const MOST_STALE = 64

export interface SendOutcome {
  /** An ICMP error that an earlier datagram earned. */
  readonly icmp: (errno: number) => void
  /** The datagram's own failure, the second one. */
  readonly refused: (errno: number) => void
  /** It left at the second try: what failed the first was not its own. */
  readonly recovered?: (errno: number) => void
}

/**
 * Sends on a connected socket. A pending ICMP error fails the next send, which is innocent: so a failed send is tried again at
 * once. ECONNREFUSED is never the datagram's own, and where a burst left, several may have to be told first.
 */
export function sendInnocent(
  send: (sent: (error: Error | null) => void) => void,
  outcome: SendOutcome,
  failed?: number,
  stale = 0,
): void {
  send(error => {
    if (error === null) {
      if (failed !== undefined) outcome.recovered?.(failed)
      return
    }
    const errno = errorNumber(error)
    if (errno === ECONNREFUSED && stale < MOST_STALE) {
      outcome.icmp(errno)
      sendInnocent(send, outcome, failed, stale + 1)
    } else if (failed === undefined) sendInnocent(send, outcome, errno, stale)
    else outcome.refused(errno)
  })
}
