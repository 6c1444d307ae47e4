import { startTimer } from '../../engine/long-timer.ts'
import { resolveServices } from '../../engine/resolve-services.ts'
import { ResolverProcess } from '../../engine/resolver-process.ts'
import type { GroupPlan } from '../monitor/config-plan.ts'
import { DISK } from './disk.ts'
import type { Discovery, DiscoveryOptions } from './discovery.ts'
import { GroupTargets } from './group-targets.ts'
import { ownHost } from './own-host.ts'

/** Reads the sources of groups from now on. */
export function startDiscovery(groups: readonly GroupPlan[], options: DiscoveryOptions): Discovery {
  const resolver = new ResolverProcess()
  return new GroupTargets(groups, {
    lookup: resolver.lookup,
    lookupServices: resolveServices,
    disk: DISK,
    startTimer,
    own: ownHost(),
    ...options,
    onClose: () => resolver.close(),
  })
}
