import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { addressBytes, isMulticast, lacksZone } from '../base/ip.ts'

/** The fault of an address itself, for which the system's error gives no reason. */
export interface AddressFault {
  readonly reason: string
  readonly hint: string
}

/** Errors for such addresses. Which one the kernel gives depends on its routes. */
const OF_THE_ADDRESS: ReadonlySet<string> = new Set([
  'EINVAL',
  'EACCES',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
])

/** The fault of an address (`192.0.2.255:9000`, `[fe80::1]:9000`) whose operation failed with this error. Undefined if none is known. */
export function addressFault(error: string, operation: string, target: string): AddressFault | undefined {
  if (!OF_THE_ADDRESS.has(error)) return undefined
  const host = /^\[([^\]]*)\]/u.exec(target)?.[1] ?? target.replace(/:\d+$/u, '')
  if (lacksZone(host)) {
    return {
      reason: 'an address of one link needs the interface that leads to it',
      hint: `write ${target.replace(host, `${host}%eth0`)} with your interface (ip -brief link lists them)`,
    }
  }
  const [, zone] = host.split('%')
  if (zone !== undefined && error !== 'EACCES' && !hasInterface(zone)) {
    return {
      reason: `this host has no network interface ${zone}`,
      hint: 'ip -brief link lists the interfaces of this host',
    }
  }
  if (operation !== 'send to') return undefined
  if (isBroadcast(host)) return { reason: 'it is a broadcast address', hint: 'udptool sends to one host: name it' }
  if (isMulticast(host) && error !== 'EACCES') {
    return {
      reason: 'there is no route for this multicast address',
      hint: 'name one host, or add a route: ip route add 224.0.0.0/4 dev eth0',
    }
  }
  return undefined
}

/** 255.255.255.255, or the last address of a network of this host. */
function isBroadcast(host: string): boolean {
  if (host === '255.255.255.255') return true
  const bytes = addressBytes(host)
  if (bytes?.length !== 4) return false
  return interfaces().some(({ address, netmask, family }) => {
    const [own, mask] = [addressBytes(address), addressBytes(netmask)]
    if (family !== 'IPv4' || own === undefined || mask === undefined || netmask === '255.255.255.255') return false
    return bytes.every((byte, n) => byte === ((own[n] ?? 0) | (~(mask[n] ?? 0) & 255)))
  })
}

function hasInterface(name: string): boolean {
  // A zone is the name of an interface or a number. Interfaces without an address are known only on Linux.
  return /^\d+$/u.test(name) || interfaces().some(one => one.name === name) || existsSync(`/sys/class/net/${name}`)
}

interface Interface {
  readonly name: string
  readonly address: string
  readonly netmask: string
  readonly family: string
}

/** Empty if the system does not list them (a sandbox without AF_NETLINK). */
function interfaces(): readonly Interface[] {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, all]) => (all ?? []).map(one => ({ ...one, name })))
  } catch {
    return []
  }
}
