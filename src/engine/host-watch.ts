import { readFileSync } from 'node:fs'
import type { Address } from '../base/address.ts'
import { addressBytes, isLoopback } from '../base/ip.ts'
import type { HostFacts } from '../facts/host.ts'
import { interfaceOf } from './local-addresses.ts'
import { countersGrown, readKernelCounters, type Counters } from './kernel-counters.ts'

/** Reads this host's counters before and after a run. Counters that the system does not show are absent. */
export class HostWatch {
  readonly #before: Counters = readKernelCounters()

  /** @param local source address of the run; undefined if it is not known */
  end(local: Address | undefined, target: Address): HostFacts {
    const mtu = local === undefined ? undefined : interfaceMtu(local.address, target.address)
    const recvBufferMost = readNumber('/proc/sys/net/core/rmem_max')
    // Packets to an IPv4-mapped address are IPv4, whatever the family of the socket.
    const family = addressBytes(target.address)?.length === 4 ? 'udp4' : target.family
    return {
      ...(mtu === undefined ? {} : { mtu }),
      ...(recvBufferMost === undefined ? {} : { recvBufferMost }),
      grown: countersGrown(this.#before, readKernelCounters(), family),
    }
  }
}

/** MTU of the interface with the local address. If the target is a local address too, that of loopback. */
export function interfaceMtu(local: string, target: string): number | undefined {
  const name = isLoopback(target) || interfaceOf(target) !== undefined ? 'lo' : interfaceOf(local)
  return name === undefined ? undefined : readNumber(`/sys/class/net/${name}/mtu`)
}

function readNumber(file: string): number | undefined {
  try {
    const value = Number(readFileSync(file, 'latin1'))
    return Number.isSafeInteger(value) && value > 0 ? value : undefined
  } catch {
    return undefined
  }
}
