import { usage } from '../base/error.ts'
import { isAddress, isLoopback } from '../base/ip.ts'
import { longFlag } from '../options/option.ts'

/** A server that others can reach can be made to send to others: that must be said aloud. */
export function checkPublicBind(option: 'host' | 'listen', host: string, isPublic: boolean): void {
  if (isPublic || isLoopback(host) || host === 'localhost') return
  const what = isAddress(host) ? `${host} can be reached from other hosts` : `${host} may be reachable from other hosts`
  throw usage(
    `${longFlag(option)} ${host} needs --public: ${what}`,
    'add --public if that is meant, or bind a loopback address (127.0.0.1 or ::1)',
    option,
  )
}
