import type { Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { ReachabilityCheck } from '../../engine/reachability.ts'

/** Pause between attempts that ended at once. */
const PAUSE = SECOND / 5
/** Interval for resolving a name again that has addresses. */
const RESOLVE_EVERY = SECOND
/** The same for a name without addresses. */
const RETRY_RESOLVE = SECOND / 2

/** The steps of a wait. Each ends early when the wait is over. */
export interface WaitSteps {
  now(): Nanos
  /** Whether the time is over, or the user ended the wait. */
  isOver(): boolean
  resolve(): Promise<readonly Address[]>
  check(at: Address): Promise<ReachabilityCheck>
  pause(duration: Nanos): Promise<void>
  /** Called with the current reason of the wait, as a clause. */
  onReason(reason: string): void
}

export interface WaitEnd {
  /** The last addresses of the name. The one that answered is first. */
  readonly addresses: readonly Address[]
  readonly answered: boolean
  /** Why there are none. */
  readonly failure?: unknown
}

/** Resolves the name and probes all of its addresses, repeatedly, until one answers or the time is over. */
export async function waitForAnswer(steps: WaitSteps): Promise<WaitEnd> {
  let addresses: readonly Address[] = []
  let failure: unknown
  let resolvedAt = -Infinity
  while (!steps.isOver()) {
    if (addresses.length === 0 || steps.now() - resolvedAt >= RESOLVE_EVERY) {
      try {
        resolvedAt = steps.now()
        addresses = await steps.resolve()
      } catch (error) {
        failure = error
        // If a name stops resolving, keep its last addresses.
        if (addresses.length === 0) {
          steps.onReason(error instanceof UdptoolError ? error.message : String(error))
          await steps.pause(RETRY_RESOLVE)
          continue
        }
      }
    }
    const { winner, reason } = await checkAll(addresses, steps)
    if (winner !== undefined) {
      return { addresses: [winner, ...addresses.filter(one => one !== winner)], answered: true }
    }
    steps.onReason(reason)
    if (!steps.isOver()) await steps.pause(PAUSE)
  }
  return { addresses, answered: false, failure }
}

/** Checks all addresses at the same time. The first that answers wins. */
async function checkAll(
  addresses: readonly Address[],
  steps: WaitSteps,
): Promise<{ readonly winner?: Address; readonly reason: string }> {
  const checks = addresses.map(async one => ({ one, ...(await steps.check(one)) }))
  const winner = await Promise.any(
    checks.map(async check => {
      const { one, reachability } = await check
      if (reachability !== 'answered') throw new Error(reachability)
      return one
    }),
  ).catch(() => undefined)
  if (winner !== undefined) return { winner, reason: '' }
  const reasons = (await Promise.all(checks)).map(({ reason }) => reason)
  return { reason: reasons.join('; ') }
}
