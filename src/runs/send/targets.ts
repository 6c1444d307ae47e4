import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { isAddress } from '../../base/ip.ts'
import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import { checkReachability, type ReachabilityCheck } from '../../engine/reachability.ts'
import { startTimer } from '../../engine/long-timer.ts'
import { resolveHost, type Addresses } from '../../engine/resolve.ts'
import { resolveInChild } from '../../engine/resolve-in-child.ts'
import { PROBE_SIZE, writeProbe } from '../../wire/probe.ts'
import { usedVersion } from './ip-version.ts'
import type { SendPlan } from './plan.ts'
import { waitForAnswer } from './wait.ts'

/** The state of a wait for a server. */
export interface Waiting {
  /** The host as written. */
  readonly host: string
  readonly port: number
  /** Why the wait continues, as a clause. */
  readonly reason: string
  readonly elapsed: Nanos
  /** `--wait-for` */
  readonly atMost: Nanos
}

export interface TargetHooks {
  /** Ends a lookup and a wait. */
  readonly signal?: AbortSignal
  /** Called during `--wait-for`: twice per second, and after each failed attempt. */
  readonly onWait?: (waiting: Waiting) => void
}

/** At least one address. */
export type Targets = readonly [Address, ...Address[]]

/** Timeout of the check of one address. */
const CHECK_TIMEOUT = SECOND
/** How often a wait is reported. */
const REPORT_MS = 500

/**
 * The addresses of the target in the order to try them. With `--wait-for`, waits until one of them answers, and puts that first. Rejects
 * with `resolve`, also if the signal ends it before the name has an address.
 */
export async function findTargets(plan: SendPlan, hooks: TargetHooks): Promise<Targets> {
  if (plan.waitFor > 0) return waitForTargets(plan, hooks)
  // An address needs no lookup, so an interruption does not prevent its Result.
  const signal = isAddress(plan.target.host) ? undefined : hooks.signal
  const resolving = resolveHost(plan.target.host, versionOf(plan))
  return withPort(await (signal === undefined ? resolving : beforeAbort(resolving, plan, signal)), plan)
}

/** A lookup cannot be cancelled, so its result is ignored after a signal. */
async function beforeAbort(resolving: Promise<Addresses>, plan: SendPlan, signal: AbortSignal): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(interrupted(plan))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    void resolving.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
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
  const size = Math.min(plan.probe.sizes[0] ?? PROBE_SIZE, PROBE_SIZE)
  const run = randomInt(2 ** 32)
  const datagram = (number: number): Uint8Array => {
    const bytes = new Uint8Array(size)
    writeProbe(bytes, 0, size, number, run, 0)
    return bytes
  }
  return checkReachability(sockets, datagram, timeout, signal)
}

async function waitForTargets(plan: SendPlan, { signal, onWait }: TargetHooks): Promise<Targets> {
  const { host, port } = plan.target
  const start = performance.now()
  const elapsed = (): Nanos => (performance.now() - start) * MILLISECOND
  const over = new AbortController()
  const end = (): void => over.abort()
  const deadline = startTimer(end, plan.waitFor)
  signal?.addEventListener('abort', end)
  if (signal?.aborted === true) end()
  let reason = isAddress(host) ? 'no reply yet' : `no answer for ${host} yet`
  const report = (): void => onWait?.({ host, port, reason, elapsed: elapsed(), atMost: plan.waitFor })
  const reports = setInterval(report, REPORT_MS)
  const onReason = (why: string): void => {
    reason = why
    report()
  }
  try {
    const { addresses, failure } = await waitForAnswer({
      now: elapsed,
      isOver: () => over.signal.aborted,
      resolve: async () => withPort(await resolveInChild(host, versionOf(plan), over.signal), plan),
      check: target => checkReachable(plan, target, CHECK_TIMEOUT, isAddress(host), over.signal),
      pause: duration => pause(duration / MILLISECOND, undefined, { signal: over.signal }).catch(() => {}),
      onReason,
    })
    const [first, ...others] = addresses
    if (first !== undefined) return [first, ...others]
    throw signal?.aborted === true ? interrupted(plan) : failure
  } finally {
    deadline.cancel()
    clearInterval(reports)
    signal?.removeEventListener('abort', end)
    // Checks that are still running.
    end()
  }
}

function withPort([first, ...others]: Addresses, { target: { port } }: SendPlan): Targets {
  return [{ ...first, port }, ...others.map(one => ({ ...one, port }))]
}

function versionOf({ family, sockets: { bind }, target }: SendPlan): 4 | 6 | undefined {
  return isAddress(target.host) ? family : usedVersion(family, bind)
}

function interrupted({ target: { host } }: SendPlan): UdptoolError {
  return new UdptoolError('resolve', `interrupted before ${host} had an address`, {
    operation: 'resolve',
    address: host,
  })
}
