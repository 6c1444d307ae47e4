import type { Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { ReachabilityCheck } from '../../engine/reachability.ts'

/** Between two tries that ended at once. */
const PAUSE = SECOND / 5
/** How often a name that has addresses is resolved again. */
const RESOLVE_EVERY = SECOND
/** How often one without. */
const RETRY_RESOLVE = SECOND / 2

/** What a wait is made of. All of it ends early once the wait is over. */
export interface WaitSteps {
  now(): Nanos
  /** Whether the time is over, or the user ended the wait. */
  isOver(): boolean
  resolve(): Promise<readonly Address[]>
  check(at: Address): Promise<ReachabilityCheck>
  pause(duration: Nanos): Promise<void>
  /** What the wait is for right now, as a clause. */
  onReason(reason: string): void
}

export interface WaitEnd {
  /** Those that the name had last, the one that answered first. */
  readonly addresses: readonly Address[]
  readonly answered: boolean
  /** Why there are none. */
  readonly failure?: unknown
}

/** Resolves the name and sends to all of its addresses, again and again, until one answers or the time is over. */
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
        // A name that was there and is not any more: what it had is still the best that is known.
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

/** All at the same time: the first that answers wins, and the others are ignored. */
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
