import type { Address } from '../base/address.ts'
import { UdptoolError } from '../base/error.ts'
import { isAddress } from '../base/ip.ts'
import type { Target } from '../base/target.ts'
import { resolveHost, type Addresses } from '../engine/resolve.ts'
import { usedVersion } from './ip-version.ts'

/** At least one address. */
export type Targets = readonly [Address, ...Address[]]

/** What decides the IP version of the addresses of a target. */
export interface VersionedTarget {
  readonly target: Target
  readonly family?: 4 | 6
  readonly bind?: Target
}

/** The IP version to resolve. Undefined: any. */
export function versionOf({ family, bind, target }: VersionedTarget): 4 | 6 | undefined {
  return isAddress(target.host) ? family : usedVersion(family, bind)
}

/** The addresses of a target in the resolver's order. Rejects with `resolve`, also if the signal comes before a name has an address. */
export async function resolveTarget(of: VersionedTarget, signal: AbortSignal | undefined): Promise<Targets> {
  const { target } = of
  const resolving = resolveHost(target.host, versionOf(of))
  // An address needs no lookup, so an interruption does not prevent its Result.
  const isWaiting = signal !== undefined && !isAddress(target.host)
  return withPort(await (isWaiting ? beforeAbort(resolving, target, signal) : resolving), target)
}

export function withPort([first, ...others]: Addresses, { port }: Target): Targets {
  return [{ ...first, port }, ...others.map(one => ({ ...one, port }))]
}

export function interruptedWithoutAddress({ host }: Target): UdptoolError {
  return new UdptoolError('resolve', `interrupted before ${host} had an address`, {
    operation: 'resolve',
    address: host,
  })
}

/** A lookup cannot be cancelled, so its result is ignored after a signal. */
async function beforeAbort(resolving: Promise<Addresses>, target: Target, signal: AbortSignal): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(interruptedWithoutAddress(target))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    void resolving.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
