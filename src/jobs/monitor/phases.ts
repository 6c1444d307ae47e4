import { SECOND, type Nanos } from '../../base/nanos.ts'

/** The first probe of a path leaves within this time, also if the interval is longer. */
const LONGEST_PHASE: Nanos = 10 * SECOND

/** Steps of this part of an interval spread any number of points almost evenly over it (D. E. Knuth, The Art of Computer Programming 3, 6.4). */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/**
 * Time from `elapsed` after the start to the first slot of the flow `number`, so that flows are spread over the interval, however many there
 * will be and however late their paths are opened.
 */
export function phaseOf(number: number, interval: Nanos, elapsed: Nanos): Nanos {
  const span = Math.min(interval, LONGEST_PHASE)
  const place = Math.floor(span * ((number * GOLDEN_RATIO) % 1))
  return (((place - elapsed) % span) + span) % span
}
