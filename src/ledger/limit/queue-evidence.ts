import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import type { LimitFit } from './limit-fit.ts'
import type { LimitLine } from './limit-line.ts'
import type { Passage } from './passage.ts'

/** A queue that takes less time is not distinguished from none: a busy machine delays as much. */
const LEAST_QUEUE: Nanos = MILLISECOND
const LEAST_SAMPLES = 3
/** Datagrams each, evenly chosen, that are enough for a median. */
const MOST_SAMPLES = 4096

/**
 * Whether datagrams waited at the losses as long as the backlog takes at the fitted rate, or less if a bucket comes before the queue. A policer
 * drops the datagrams that would have to wait, so its backlog of missing tokens takes no time.
 */
export function queueEvidence(
  passage: Passage,
  backlog: Float64Array,
  { level, rate }: LimitLine,
): Pick<LimitFit, 'queueAtLoss' | 'queueAtRest' | 'isQueue'> {
  const { passed, bytes } = passage
  const full = sampleOf(passage, i => {
    const isNextToLoss = passed[i - 1] === 0 || passed[i + 1] === 0
    return isNextToLoss && (backlog[i] ?? 0) + (bytes[i] ?? 0) >= 0.8 * level
  })
  const rest = sampleOf(passage, i => (backlog[i] ?? 0) <= Math.max(0.1 * level, 1.5 * (bytes[i] ?? 0)))
  const [queueAtLoss, queueAtRest] = [quantile(full, 0.5), quantile(rest, 0.5)]
  const isQueue =
    Math.min(full.length, rest.length) < LEAST_SAMPLES ? undefined : judge(full, rest, Math.max(0, level / rate))
  return { queueAtLoss, queueAtRest, isQueue }
}

/** @param whole time in which the limit works off a full backlog */
function judge(full: Float64Array, rest: Float64Array, whole: Nanos): boolean | undefined {
  const difference = quantile(full, 0.5) - quantile(rest, 0.5)
  // The standard error of a median of normal values is 1.25 σ/√n, and σ is the interquartile range / 1.35.
  const deviation = (quantile(full, 0.75) - quantile(full, 0.25)) / 1.35
  const error = 2 * 1.25 * deviation * Math.sqrt(1 / full.length + 1 / rest.length)
  const threshold = Math.min(LEAST_QUEUE, whole / 2)
  if (difference + error < threshold) return false
  // Nothing waits in a queue for longer than all of it takes: this delay comes from elsewhere.
  if (difference > 1.25 * whole + LEAST_QUEUE) return undefined
  return difference - error > threshold && difference > LEAST_QUEUE ? true : undefined
}

/** Ascending times in the queue of datagrams that came through and are chosen. */
function sampleOf({ count, passed, queued }: Passage, chosen: (row: number) => boolean): Float64Array {
  let times: number[] = []
  let [step, seen] = [1, 0]
  for (let i = 0; i < count; i++) {
    const time = queued[i] ?? NaN
    if (passed[i] === 0 || Number.isNaN(time) || !chosen(i)) continue
    seen += 1
    if (seen % step !== 0) continue
    times.push(time)
    if (times.length < 2 * MOST_SAMPLES) continue
    times = times.filter((_, n) => n % 2 === 1)
    step *= 2
  }
  return Float64Array.from(times).sort()
}

function quantile(sorted: Float64Array, p: number): Nanos {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN
}
