import type { Result } from '../result.ts'

/** How late the timers of a run's sender were, for the lateness whether its host has lengthened its delays. */
export interface SenderLateness {
  /** At most this share of the probes left later than so many ms. */
  readonly late: readonly (readonly [share: number, lateMs: number])[]
  /** The median. */
  readonly lateP50Ms: number
  /** The mean; a bound of it where the Result does not have it. */
  readonly lateMeanMs: number
  /** The latest. */
  readonly lateMaxMs: number
  /** A window paced one of the two runs, so its delays are those of the queue that it kept full itself. */
  readonly queued: boolean
}

/** No more than one in so many values is so many times the mean (Markov's inequality). */
const TIMES_MEAN = [4, 8, 16, 32, 64, 128, 256] as const

/** The lateness about the delays of a run. Where nothing set its pace but a window, that of the other run on the same host stands in. */
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

/** The most that the mean can be: half are up to the median, the others up to what is known of a share. */
function meanBound(lateP50Ms: number, late: readonly (readonly [share: number, lateMs: number])[]): number {
  const [[, lateMaxMs] = [0, 0]] = late
  const others = late.map(([share, lateMs]) => (0.5 - share) * Math.max(lateP50Ms, lateMs) + share * lateMaxMs)
  return lateP50Ms / 2 + Math.min(...others)
}

/** A round trip waits for a host three times (sender, server, sender again) where a timer waits once. */
const WAITS = 3

/** The longest that a percentile may become, ms, by what its host was late: so many delays, each by so much. */
export function explainedPercentile(
  { late }: SenderLateness,
  factor: number,
  above: (share: number) => number,
): number {
  return Math.min(...late.map(([share, lateMs]) => factor * above(WAITS * share) + lateMs))
}

/** The same of the mean difference of neighbours: each late probe has two. */
export function explainedVariation({ lateMeanMs }: SenderLateness, factor: number, variation: number): number {
  return factor * variation + 2 * WAITS * lateMeanMs
}

/** Paced by a window of several probes, not by a schedule. */
function isQueued({ pacing, options }: Result): boolean {
  const window = options['window']
  return pacing === undefined && typeof window === 'number' && window > 1
}
