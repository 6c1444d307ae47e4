import { usage } from '../base/error.ts'
import { isAddress, isLoopback } from '../base/ip.ts'
import { longFlag } from '../options/option.ts'

/** A server that other hosts can reach could be abused to send to third parties, so it needs an explicit --public. */
export function checkPublicBind(
  option: 'host' | 'listen' | 'web' | 'web.listenAddress',
  host: string,
  isPublic: boolean,
): void {
  if (isPublic || isLoopback(host) || host === 'localhost') return
  const what = isAddress(host) ? `${host} can be reached from other hosts` : `${host} may be reachable from other hosts`
  throw usage(
    `${longFlag(option)} ${host} needs --public: ${what}`,
    'add --public if this is intended, or bind a loopback address (127.0.0.1 or ::1)',
    option,
  )
}
