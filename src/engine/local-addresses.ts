import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { addressBytes, isLoopback } from '../base/ip.ts'

/** A local address and its interface. */
export interface LocalAddress extends Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'> {
  readonly name: string
}

/** Undefined if the system does not list them: in a sandbox without AF_NETLINK `networkInterfaces` throws. */
export function localAddresses(): readonly LocalAddress[] | undefined {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.map(({ address, family, internal }) => ({ name, address, family, internal })),
    )
  } catch {
    return undefined
  }
}

/** Whether an address belongs to this host: it is on an interface, or in the loopback block. A zone is ignored. */
export function isLocalAddress(address: string): boolean {
  return isLoopback(address) || interfaceOf(address) !== undefined
}

/** The interface with this address. A zone is ignored. */
export function interfaceOf(address: string): string | undefined {
  const wanted = addressBytes(address)?.join('.')
  if (wanted === undefined) return undefined
  return localAddresses()?.find(one => addressBytes(one.address)?.join('.') === wanted)?.name
}
