import { usage } from '../base/error.ts'
import { isAddress, isMulticast } from '../base/ip.ts'
import { quoted } from '../base/quoted.ts'
import { addressWithPort, parseTarget, type Target, type TargetOptions } from '../base/target.ts'

/** RFC 919 section 7. */
const BROADCAST = '255.255.255.255'

/**
 * A target that is a single host: a connected socket receives only from the address that it sends to, so it would get no replies from a
 * broadcast or multicast address.
 */
export function parseOneHost(value: string, flag: string, options: TargetOptions = {}): Target {
  const target = parseTarget(value, flag, options)
  const { host } = target
  if (!isMulticast(host) && host !== BROADCAST) return target
  throw usage(
    `${flag} ${host} is a ${host === BROADCAST ? 'broadcast' : 'multicast'} address: replies would come from other addresses, and be none`,
    'name one host',
  )
}

/** An address without a port lets the kernel choose the port. */
export function parseBind(value: string, flag: string): Target {
  if (isAddress(value) && addressWithPort(value) === undefined) return { host: value, port: 0 }
  const local = parseTarget(value, flag, { minPort: 0 })
  if (isAddress(local.host)) return local
  throw usage(
    `${flag} cannot be ${quoted(value)}: ${quoted(local.host)} is a name, and a socket is bound to an address`,
    'write an address of this host: ip -brief address lists them',
  )
}
