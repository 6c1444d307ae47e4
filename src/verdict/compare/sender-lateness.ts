import type { Result } from '../result.ts'

/** How late the timers of a run's sender were, to decide whether its host lengthened the delays. */
export interface SenderLateness {
  /** At most this share of the probes left later than this, ms. */
  readonly late: readonly (readonly [share: number, lateMs: number])[]
  /** The median. */
  readonly lateP50Ms: number
  /** The mean, or an upper bound if the Result does not have it. */
  readonly lateMeanMs: number
  /** The latest. */
  readonly lateMaxMs: number
  /** A window paced one of the two runs, so its delays are those of its own full queue. */
  readonly queued: boolean
}

/** At most one in n values is n times the mean (Markov's inequality). */
const TIMES_MEAN = [4, 8, 16, 32, 64, 128, 256] as const

/** The sender lateness of a run. A run that only a window paces takes that of the other run on the same host. */
export function senderLateness(run: Result, other: Result): SenderLateness {
  const pacing = run.pacing ?? other.pacing
  const queued = isQueued(run) || isQueued(other)
  if (pacing === undefined) return { late: [[0, 0]], lateP50Ms: 0, lateMeanMs: 0, lateMaxMs: 0, queued }
  const { lateP50Ms, lateP99Ms, lateMaxMs, missed, targetIntervalMs } = pacing
  const probes = (run.pacing === undefined ? other : run).ledger.scheduled
  const late = [
    [0, lateMaxMs],
    [0.01, lateP99Ms],
    // A probe has missed its time by more than an interval.
    ...(targetIntervalMs === undefined ? [] : [[missed / Math.max(1, probes), targetIntervalMs] as const]),
  ] as const
  const lateMeanMs = pacing.lateMeanMs ?? meanBound(lateP50Ms, late)
  const means = TIMES_MEAN.map(times => [1 / times, times * lateMeanMs] as const)
  return { late: [...late, ...means], lateP50Ms, lateMeanMs, lateMaxMs, queued }
}

/** Upper bound of the mean: half of the values are up to the median, the others up to the known bounds. */
function meanBound(lateP50Ms: number, late: readonly (readonly [share: number, lateMs: number])[]): number {
  const [[, lateMaxMs] = [0, 0]] = late
  const others = late.map(([share, lateMs]) => (0.5 - share) * Math.max(lateP50Ms, lateMs) + share * lateMaxMs)
  return lateP50Ms / 2 + Math.min(...others)
}

/** A round trip depends on the host three times (sender, server, sender again), a timer once. */
const WAITS = 3

/** The largest percentile, ms, that the lateness of the host can explain. */
export function explainedPercentile(
  { late }: SenderLateness,
  factor: number,
  above: (share: number) => number,
): number {
  return Math.min(...late.map(([share, lateMs]) => factor * above(WAITS * share) + lateMs))
}

/** The same for the mean difference of consecutive delays: each late probe affects two. */
export function explainedVariation({ lateMeanMs }: SenderLateness, factor: number, variation: number): number {
  return factor * variation + 2 * WAITS * lateMeanMs
}

/** Paced by a window of several probes, not by a schedule. */
function isQueued({ pacing, options }: Result): boolean {
  const window = options['window']
  return pacing === undefined && typeof window === 'number' && window > 1
}
