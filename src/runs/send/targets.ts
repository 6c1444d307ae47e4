import type { Address } from '../../base/address.ts'
import { isAddress } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { checkReachability, type ReachabilityCheck } from '../../engine/reachability.ts'
import { resolveInChild } from '../../engine/resolve-in-child.ts'
import {
  interruptedWithoutAddress,
  resolveTarget,
  versionOf,
  withPort,
  type Targets,
  type VersionedTarget,
} from '../target-addresses.ts'
import { ServerWait, type Waiting } from '../waiting.ts'
import type { SendPlan } from './plan.ts'
import { reachabilityDatagrams } from './reachability-datagrams.ts'
import { waitForAnswer } from './wait.ts'

export interface TargetHooks {
  /** Ends a lookup and a wait. */
  readonly signal?: AbortSignal
  /** Called during `--wait-for`: twice per second, and after each failed attempt. */
  readonly onWait?: (waiting: Waiting) => void
}

/** Timeout of the check of one address. */
const CHECK_TIMEOUT = SECOND

/**
 * The addresses of the target in the order to try them. With `--wait-for`, waits until one of them answers, and puts that first. Rejects
 * with `resolve`, also if the signal ends it before the name has an address.
 */
export async function findTargets(plan: SendPlan, hooks: TargetHooks): Promise<Targets> {
  if (plan.waitFor > 0) return waitForTargets(plan, hooks)
  return resolveTarget(targetOf(plan), hooks.signal)
}

/** Sends a few small probes, which are in no ledger, to an address. `isAlone`: no other socket of this process has its port. */
export async function checkReachable(
  plan: SendPlan,
  target: Address,
  timeout: Nanos,
  isAlone: boolean,
  signal?: AbortSignal,
): Promise<ReachabilityCheck> {
  const { bind, recvBuffer, ttl } = plan.sockets
  const sockets = {
    target,
    recvBuffer,
    ...(ttl === undefined ? {} : { ttl }),
    ...(bind === undefined ? {} : { bind: isAlone ? bind : { ...bind, port: 0 } }),
  }
  return checkReachability(sockets, reachabilityDatagrams(plan), timeout, signal)
}

async function waitForTargets(plan: SendPlan, hooks: TargetHooks): Promise<Targets> {
  const { host } = plan.target
  const version = versionOf(targetOf(plan))
  const wait = new ServerWait(plan, hooks, isAddress(host) ? 'no reply yet' : `no answer for ${host} yet`)
  try {
    const { addresses, failure } = await waitForAnswer({
      now: () => wait.elapsed,
      isOver: () => wait.over.aborted,
      resolve: async () => withPort(await resolveInChild(host, version, wait.over), plan.target),
      check: target => checkReachable(plan, target, CHECK_TIMEOUT, isAddress(host), wait.over),
      pause: duration => wait.pause(duration),
      onReason: reason => {
        wait.reason = reason
      },
    })
    const [first, ...others] = addresses
    if (first !== undefined) return [first, ...others]
    throw hooks.signal?.aborted === true ? interruptedWithoutAddress(plan.target) : failure
  } finally {
    // Ends checks that are still running.
    wait.close()
  }
}

function targetOf({ target, family, sockets: { bind } }: SendPlan): VersionedTarget {
  return present({ target, family, bind })
}
