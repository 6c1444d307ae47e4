import { formatAddress, type Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { addressBytes } from '../../base/ip.ts'
import { isLocalAddress } from '../local-addresses.ts'
import { anyHost, boundAddress, openSocket, type OpenSocket } from '../open-socket.ts'

const RECV_BUFFER = 4096

/** Throws a `usage` error if datagrams to the server of a relay that listens at `front` would arrive at the relay itself. */
export async function refuseOwnTarget(local: Address, server: Address): Promise<void> {
  if (!(await reaches(local, server))) return
  throw new UdptoolError('usage', `${formatAddress(server)} is the relay itself`, {
    hint: 'name the server to forward to',
  })
}

/** Whether datagrams from this host to `target` arrive at its own socket bound to `front`. */
async function reaches(local: Address, target: Address): Promise<boolean> {
  if (local.port !== target.port) return false
  const bound = addressBytes(local.address)
  const called = addressBytes(target.address)
  if (bound === undefined || called === undefined) return false
  if (isUnspecified(called)) return reaches(local, { ...target, address: called.length === 4 ? '127.0.0.1' : '::1' })
  if (!isUnspecified(bound)) return bound.join() === called.join() && sameZone(local.address, target.address)
  // An IPv6 socket bound to `::` also receives IPv4 (ipv6(7), IPV6_V6ONLY). One bound to `::ffff:0.0.0.0` receives only IPv4.
  if (bound.length === 4 && called.length !== 4) return false
  return isMulticast(called) || isLocalAddress(target.address) || isLocal(target)
}

/**
 * Whether this host has the address, tested with sockets: this also works if the interfaces cannot be read, and for addresses that no
 * interface has (`ip route add local`). A socket can be bound only to an address of this host, and a socket connected to such an address
 * gets it as its own, if it is the first of its network.
 */
async function isLocal({ address, port, family }: Address): Promise<boolean> {
  const connected = await boundTo({ family, host: anyHost(family), connectTo: { address, port, family } })
  if (connected !== undefined && addressBytes(connected)?.join() === addressBytes(address)?.join()) return true
  if ((await boundTo({ family, host: address })) === undefined) return false
  // If a socket can be bound to any address (net.ipv4.ip_nonlocal_bind, ip(7)), the test proves nothing.
  return (await boundTo({ family, host: family === 'udp4' ? '192.0.2.1' : '2001:db8::1' })) === undefined
}

/** The address that such a socket is bound to. Undefined if it cannot be opened. */
async function boundTo(plan: Pick<OpenSocket, 'family' | 'host' | 'connectTo'>): Promise<string | undefined> {
  try {
    const socket = await openSocket({ ...plan, port: 0, recvBuffer: RECV_BUFFER, onMessage: () => {} })
    const { address } = boundAddress(socket, plan.family)
    socket.close()
    return address
  } catch {
    return undefined
  }
}

function isUnspecified(bytes: readonly number[]): boolean {
  return bytes.every(byte => byte === 0)
}

/** 224.0.0.0/4 and ff00::/8: group members on this host receive what it sends to the group (IP_MULTICAST_LOOP, ip(7)). */
function isMulticast([first = 0, ...rest]: readonly number[]): boolean {
  return rest.length === 3 ? first >= 224 && first < 240 : first === 0xff
}

/** Whether two link-local addresses may be on the same interface. A zone is its name or its number, and may be missing. */
function sameZone(one: string, other: string): boolean {
  const [a, b] = [zoneOf(one), zoneOf(other)]
  if (a === undefined || b === undefined) return true
  return a === b || /^\d+$/u.test(a) !== /^\d+$/u.test(b)
}

function zoneOf(address: string): string | undefined {
  return address.split('%')[1]
}
