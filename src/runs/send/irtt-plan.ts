import { usage } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { IrttPlan } from '../../facts/protocol.ts'
import { irttLayout } from '../../wire/irtt/layout.ts'

/** The port of irtt's servers. */
export const IRTT_PORT = 2112

/** Duration to negotiate for a run whose end nobody knows, because replies pace it. */
const LONG: Nanos = 3600 * SECOND

const BITS_PER_BYTE = 8

/** All that a server can report: directions of loss from count and window, one-way delays from the stamps of both clocks. */
const REPORT = { stats: 'both', stamps: 'both', clock: 'both' } as const

type Schedule = Pick<ProbePlan, 'sizes' | 'count' | 'duration' | 'interval' | 'bitRate' | 'burst' | 'window'>

/** The size of a request without payload. */
export function leastIrttSize(isAuthenticated: boolean): number {
  return irttLayout({ ...REPORT, length: 0 }, isAuthenticated).payload
}

/**
 * The plan of echo requests of irtt. Throws a `usage` error.
 * @param tos of the requests, which the server is asked to set on its replies too
 */
export function planIrtt(schedule: Schedule, isAuthenticated: boolean, tos: number | undefined): IrttPlan {
  const [length = 0, ...others] = schedule.sizes
  if (others.some(size => size !== length))
    throw usage('--protocol irtt takes one --size: a session agrees on one length', 'make a run of each size', 'size')
  const least = leastIrttSize(isAuthenticated)
  if (length < least)
    throw usage(
      `--size ${length} is too small: a request of irtt ${isAuthenticated ? 'with its HMAC ' : ''}has ${least} bytes or more`,
      `write --size ${least}`,
      'size',
    )
  return {
    name: 'irtt',
    isAuthenticated,
    ...REPORT,
    duration: sessionDuration(schedule),
    ...(tos === undefined ? {} : { tos }),
  }
}

/** How long probes are sent at most. */
function sessionDuration({ sizes, count, duration, interval, bitRate, burst, window }: Schedule): Nanos {
  const probes = count ?? Infinity
  const paced =
    bitRate === undefined ? (probes / burst) * interval : (probes * (sizes[0] ?? 0) * BITS_PER_BYTE * SECOND) / bitRate
  const known = window === undefined ? Math.max(SECOND, Math.ceil(paced)) : LONG
  return Math.min(duration ?? LONG, known)
}
