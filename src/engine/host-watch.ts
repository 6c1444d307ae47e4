import { readFileSync } from 'node:fs'
import type { Address } from '../base/address.ts'
import { addressBytes, isLoopback } from '../base/ip.ts'
import type { HostFacts } from '../facts/host.ts'
import { interfaceOf } from './local-addresses.ts'
import { countersGrown, readKernelCounters, type Counters } from './kernel-counters.ts'

/** Looks at this host's own counters before and after a run. What this system does not show is absent. */
export class HostWatch {
  readonly #before: Counters = readKernelCounters()

  /** @param local where the run sent from; undefined: it is not known */
  end(local: Address | undefined, target: Address): HostFacts {
    const mtu = local === undefined ? undefined : interfaceMtu(local.address, target.address)
    const recvBufferMost = readNumber('/proc/sys/net/core/rmem_max')
    // What goes to an IPv4-mapped address is IPv4, whatever the socket is.
    const family = addressBytes(target.address)?.length === 4 ? 'udp4' : target.family
    return {
      ...(mtu === undefined ? {} : { mtu }),
      ...(recvBufferMost === undefined ? {} : { recvBufferMost }),
      grown: countersGrown(this.#before, readKernelCounters(), family),
    }
  }
}

/** MTU of the interface by which datagrams from one of our addresses leave: of loopback where they go to another one of ours. */
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
