import { usage } from '../base/error.ts'
import { isAddress, isLoopback } from '../base/ip.ts'
import { quoted } from '../base/quoted.ts'

/** `--host` takes no port and no brackets. */
function checkHostAlone(host: string, flag: string): void {
  if (flag !== '--host') return
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:]+))(?::(\d*))?$/u.exec(host) ?? []
  if (bracketed === undefined && port === undefined) return
  const address = bracketed ?? plain ?? host
  throw usage(
    `--host cannot be ${quoted(host)}: it is an address alone`,
    `write --host ${address}${port === undefined || port === '' ? '' : ` --port ${port}`}`,
  )
}

/** A server that others can reach can be made to send to others: that must be said aloud. */
export function checkPublicBind(host: string, isPublic: boolean, flag: string): void {
  checkHostAlone(host, flag)
  if (isPublic || isLoopback(host) || host === 'localhost') return
  const what = isAddress(host) ? `${host} can be reached from other hosts` : `${host} may be reachable from other hosts`
  throw usage(
    `${flag} ${host} needs --public: ${what}`,
    'add --public if that is meant, or bind a loopback address (127.0.0.1 or ::1)',
  )
}
