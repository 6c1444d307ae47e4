import { UdptoolError } from '../../../base/error.ts'
import { formatAddress, type Address } from '../../../base/address.ts'
import { addressBytes, formatIPv6 } from '../../../base/ip.ts'
import { AF_INET, AF_INET6, AF_UNIX, SOCKADDR_IN6_SIZE, SOCKADDR_IN_SIZE, SOCKADDR_UN_SIZE } from './abi.ts'

/** Converts zones: in the zone of a link-local address an interface has a name, in a sockaddr a number. libc has both. */
export interface Zones {
  interfaceIndex(name: string): number
  interfaceName(index: number): string | undefined
}

const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]

/**
 * Writes an address as struct sockaddr_in or sockaddr_in6 (by its family) and returns the length. An IPv4 address with family udp6 is
 * written IPv4-mapped (`::ffff:127.0.0.1`), as a socket on `::` needs it.
 */
export function writeSockaddr(bytes: Uint8Array, at: number, { address, port, family }: Address, zones: Zones): number {
  const [plain = '', zone] = address.split('%')
  const numbers = addressBytes(plain)
  if (numbers === undefined || (family === 'udp4' && numbers.length !== 4)) {
    throw new UdptoolError('addressUnavailable', `${address} is not an ${family === 'udp4' ? 'IPv4' : 'IP'} address`, {
      address: formatAddress({ address, port, family }),
    })
  }
  const size = family === 'udp4' ? SOCKADDR_IN_SIZE : SOCKADDR_IN6_SIZE
  bytes.fill(0, at, at + size)
  bytes[at] = family === 'udp4' ? AF_INET : AF_INET6
  bytes[at + 2] = port >> 8
  bytes[at + 3] = port & 255
  if (family === 'udp4') {
    bytes.set(numbers, at + 4)
    return size
  }
  bytes.set(numbers.length === 4 ? [...MAPPED, ...numbers] : numbers, at + 8)
  if (zone !== undefined) writeScope(bytes, at + 24, zone, zones)
  return size
}

function writeScope(bytes: Uint8Array, at: number, zone: string, zones: Zones): void {
  const index = /^\d+$/.test(zone) ? Number(zone) : zones.interfaceIndex(zone)
  if (index === 0) {
    throw new UdptoolError('addressUnavailable', `this host has no network interface ${zone}`, {
      address: zone,
      hint: 'ip -brief link lists the interfaces of this host',
    })
  }
  for (let i = 0; i < 4; i++) bytes[at + i] = (index >>> (8 * i)) & 255
}

/** A path of the file system as struct sockaddr_un. */
export function unixSockaddr(path: string): Uint8Array {
  const name = new Uint8Array(SOCKADDR_UN_SIZE)
  const { read, written } = new TextEncoder().encodeInto(path, name.subarray(2, -1))
  if (read < path.length) {
    throw new UdptoolError('addressUnavailable', `${path} is too long for the name of a socket`, { address: path })
  }
  name[0] = AF_UNIX
  return name.subarray(0, 2 + written + 1)
}

/** Reads a sockaddr_in or sockaddr_in6. Undefined for another family (AF_UNSPEC: no address). */
export function readSockaddr(bytes: Uint8Array, at: number, zones: Zones): Address | undefined {
  const family = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
  const port = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
  if (family === AF_INET) {
    return { address: `${bytes[at + 4]}.${bytes[at + 5]}.${bytes[at + 6]}.${bytes[at + 7]}`, port, family: 'udp4' }
  }
  if (family !== AF_INET6) return undefined
  const text = formatIPv6(bytes.subarray(at + 8, at + 24))
  const scope = [0, 1, 2, 3].reduce((sum, i) => sum + (bytes[at + 24 + i] ?? 0) * 256 ** i, 0)
  const address = scope === 0 ? text : `${text}%${zones.interfaceName(scope) ?? scope}`
  return { address, port, family: 'udp6' }
}
