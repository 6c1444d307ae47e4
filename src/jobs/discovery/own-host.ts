import { hostname } from 'node:os'
import { addressBytes } from '../../base/ip.ts'
import { isLocalAddress } from '../../engine/local-addresses.ts'

/** What this host is called, for `neighbours` and `skipSelf`. */
export interface OwnHost {
  /** The name that chooses the neighbours: another one on each host. */
  readonly name: string
  /** Whether the host of a target, an address or a name, is this one. `maybe`: its addresses decide, for only the domain is not known here. */
  readonly isSelf: (host: string) => boolean | 'maybe'
}

/**
 * This host: `NODE_NAME` if it is set, as the manifests do by the downward API of Kubernetes, because the hostname of a pod changes with each
 * restart; else the hostname.
 */
export function ownHost(
  { NODE_NAME: node = '' }: Readonly<Record<string, string | undefined>> = process.env,
  host = hostname(),
  isOwnAddress = isLocalAddress,
): OwnHost {
  const names = ['localhost', node, host].filter(name => name !== '').map(canonical)
  return {
    name: node === '' ? host : node,
    isSelf: target => {
      if (addressBytes(target) !== undefined) return isOwnAddress(target)
      const name = canonical(target)
      if (names.includes(name)) return true
      // A hostname is usually the first label of the name by which others know the host (hostname(1)).
      return names.some(own => name.startsWith(`${own}.`)) ? 'maybe' : false
    },
  }
}

/** Names have no case (RFC 4343), and may end in the dot of the root. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/u, '')
}
