import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { addressBytes, isMulticast, lacksZone } from '../base/ip.ts'

/** What is wrong with an address itself, where the system's error says only that it will not have it. */
export interface AddressFault {
  readonly reason: string
  readonly hint: string
}

/** Errors that the kernel gives for such an address: which one depends on its routes. */
const OF_THE_ADDRESS: ReadonlySet<string> = new Set([
  'EINVAL',
  'EACCES',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
])

/** The fault of an address (`192.0.2.255:9000`, `[fe80::1]:9000`) that an operation failed on with this error; undefined: none is known. */
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

/** 255.255.255.255, or the last address of a network that this host is in. */
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
  // A name with an address, or a number; of interfaces without one only Linux says so here.
  return /^\d+$/u.test(name) || interfaces().some(one => one.name === name) || existsSync(`/sys/class/net/${name}`)
}

interface Interface {
  readonly name: string
  readonly address: string
  readonly netmask: string
  readonly family: string
}

/** None where the system does not list them (a sandbox without AF_NETLINK). */
function interfaces(): readonly Interface[] {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, all]) => (all ?? []).map(one => ({ ...one, name })))
  } catch {
    return []
  }
}
