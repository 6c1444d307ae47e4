import { isIPv4, isIPv6 } from '../base/ip.ts'
import type { Target } from '../base/target.ts'

/** The IP version of the addresses of a name that are used: the requested one, or that of the local address. Undefined: any. */
export function usedVersion(family: 4 | 6 | undefined, bind: Target | undefined): 4 | 6 | undefined {
  if (family !== undefined || bind === undefined) return family
  return isIPv4(bind.host) ? 4 : isIPv6(bind.host) ? 6 : undefined
}
