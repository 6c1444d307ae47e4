import { networkInterfaces } from 'node:os'
import { addressBytes, isLoopback } from '../base/ip.ts'

/** Whether an address is one of this host's own: it is on an interface, or in the loopback block. A zone in it does not count. */
export function isOwnAddress(address: string): boolean {
  if (isLoopback(address)) return true
  const wanted = addressBytes(address)?.join('.')
  return wanted !== undefined && ownAddresses().some(one => addressBytes(one)?.join('.') === wanted)
}

/** None where the system does not list them (a sandbox without AF_NETLINK). */
function ownAddresses(): readonly string[] {
  try {
    return Object.values(networkInterfaces()).flatMap(addresses => addresses?.map(({ address }) => address) ?? [])
  } catch {
    return []
  }
}
