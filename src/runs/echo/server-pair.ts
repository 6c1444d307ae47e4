import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { startInterval, type LongTimer } from '../../engine/long-timer.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { ResponderRun } from '../responder-run.ts'

/** How often the limits of both servers together are checked. */
const PERIOD: Nanos = 250 * MILLISECOND

/** When two servers end: their datagrams count together. */
export type PairLimits = Pick<ResponderPlan, 'maxDatagrams' | 'maxIdle'>

/** Stops two servers together, also if one of them ends by itself. `done` resolves when both have closed, and rejects if one failed. */
export function pairServers(
  servers: readonly [ResponderRun, ResponderRun],
  limits: PairLimits,
): Pick<ResponderRun, 'stop' | 'done'> {
  const stop = (): void => {
    for (const server of servers) server.stop()
  }
  const watch = watchLimits(servers, limits, stop)
  for (const { done } of servers) void done.then(stop, stop)
  const done = allClosed(servers, watch)
  // A failure rejects `done` for those who await it.
  done.catch(() => {})
  return { stop, done }
}

async function allClosed(servers: readonly ResponderRun[], watch: LongTimer | undefined): Promise<void> {
  const outcomes = await Promise.allSettled(servers.map(server => server.done))
  watch?.cancel()
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function watchLimits(
  servers: readonly ResponderRun[],
  { maxDatagrams = Infinity, maxIdle = Infinity }: PairLimits,
  stop: () => void,
): LongTimer | undefined {
  if (maxDatagrams === Infinity && maxIdle === Infinity) return undefined
  let last = 0
  let since = performance.now()
  return startInterval(() => {
    const now = performance.now()
    const received = servers.reduce((sum, { facts }) => sum + facts.received, 0)
    if (received !== last) {
      last = received
      since = now
    }
    if (received >= maxDatagrams || now - since >= maxIdle / MILLISECOND) stop()
  }, PERIOD)
}
