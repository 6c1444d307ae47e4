import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { addressBytes, isLoopback } from '../base/ip.ts'

/** An address of this host, and the interface that has it. */
export interface LocalAddress extends Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'> {
  readonly name: string
}

/** Undefined where the system does not list them: a sandbox that denies AF_NETLINK makes `networkInterfaces` throw. */
export function localAddresses(): readonly LocalAddress[] | undefined {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.map(({ address, family, internal }) => ({ name, address, family, internal })),
    )
  } catch {
    return undefined
  }
}

/** Whether an address is one of this host's own: it is on an interface, or in the loopback block. A zone in it does not count. */
export function isLocalAddress(address: string): boolean {
  return isLoopback(address) || interfaceOf(address) !== undefined
}

/** The interface that has this address; a zone in it does not count. */
export function interfaceOf(address: string): string | undefined {
  const wanted = addressBytes(address)?.join('.')
  if (wanted === undefined) return undefined
  return localAddresses()?.find(one => addressBytes(one.address)?.join('.') === wanted)?.name
}
