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
 * Pauses before further tries, in ms. While many ICMP errors arrive, each try may meet the error of another datagram. A socket keeps only the
 * last one, so after a pause few are left; an error of the datagram itself stays.
 */
const PAUSES = [1, 4, 16] as const

interface Tries {
  readonly failed: readonly number[]
  readonly stale: number
  readonly pauses: number
}

const NO_TRIES: Tries = { failed: [], stale: 0, pauses: 0 }

/**
 * Sends on a connected socket. A pending ICMP error makes the next send fail, so a failed send is retried at once, and several times if the
 * error can be from ICMP. ECONNREFUSED is never the datagram's own error, and after a burst several may be pending.
 * @param later runs further tries after a pause in ms; absent: there are none
 */
export function sendWithRetry(
  send: (sent: (error: Error | null) => void) => void,
  outcome: SendOutcome,
  later?: (work: () => void, ms: number) => void,
  { failed, stale, pauses }: Tries = NO_TRIES,
): void {
  send(error => {
    if (error === null) {
      for (const errno of failed) outcome.recovered?.(errno)
      return
    }
    const errno = errorNumber(error)
    const again = (tries: Partial<Tries>): void =>
      sendWithRetry(send, outcome, later, { failed, stale, pauses, ...tries })
    if (errno === ECONNREFUSED && stale < MAX_STALE) {
      outcome.icmp(errno)
      return again({ stale: stale + 1 })
    }
    const isIcmp = ICMP_ERRNOS.has(errno)
    const all = [...failed, errno]
    if (all.length < (isIcmp ? MAX_TRIES * (pauses + 1) : 2)) return again({ failed: all })
    const pause = isIcmp ? PAUSES[pauses] : undefined
    if (later === undefined || pause === undefined) outcome.refused(errno)
    else later(() => again({ failed: all, pauses: pauses + 1 }), pause)
  })
}
