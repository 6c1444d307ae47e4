import { MILLISECOND } from '../../base/nanos.ts'
import type { LimitFit } from './limit-fit.ts'
import type { LimitLine } from './limit-line.ts'
import type { Passage } from './passage.ts'

/** A queue that takes less time at a loss is not distinguished from none. */
const LEAST_QUEUE = 1.5 * MILLISECOND
const LEAST_SAMPLES = 3

/** Whether datagrams waited in a queue at the losses. */
export function queueEvidence(
  { count, queued, passed, bytes }: Passage,
  backlog: Float64Array,
  { level, rate }: LimitLine,
): Pick<LimitFit, 'queueAtLoss' | 'queueAtRest' | 'isQueue'> {
  const [full, rest]: [number[], number[]] = [[], []]
  for (let i = 0; i < count; i++) {
    const time = queued[i] ?? NaN
    if (passed[i] === 0 || Number.isNaN(time)) continue
    const share = (backlog[i] ?? 0) / level
    if (passed[i - 1] === 0 || passed[i + 1] === 0) {
      if (share > 0.8) full.push(time)
    }
    if (share < 0.25 || (backlog[i] ?? 0) < 1.5 * (bytes[i] ?? 0)) rest.push(time)
  }
  const [queueAtLoss, queueAtRest] = [median(full), median(rest)]
  const difference = queueAtLoss - queueAtRest
  if (full.length < LEAST_SAMPLES || rest.length < LEAST_SAMPLES || Number.isNaN(difference))
    return { queueAtLoss, queueAtRest, isQueue: undefined }
  const whole = level / rate
  const isQueue =
    difference >= LEAST_QUEUE && difference <= 1.25 * whole + MILLISECOND
      ? true
      : difference < 0.75 * MILLISECOND && whole > 2 * LEAST_QUEUE
        ? false
        : undefined
  return { queueAtLoss, queueAtRest, isQueue }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}
