import { usage } from '../base/error.ts'
import { isIPv4, isIPv6, isLoopback } from '../base/ip.ts'

/** A server that others can reach can be made to send to others: that must be said aloud. */
export function checkReach(host: string, isPublic: boolean, flag: string): void {
  if (isPublic || isLoopback(host) || host === 'localhost') return
  const what =
    isIPv4(host) || isIPv6(host)
      ? `${host} can be reached from other hosts`
      : `${host} may be reachable from other hosts`
  throw usage(
    `${flag} ${host} needs --public: ${what}`,
    'add --public if that is meant, or bind a loopback address (127.0.0.1 or ::1)',
  )
}
