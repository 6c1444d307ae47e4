import { SECOND, type Nanos } from '../../base/nanos.ts'

/** The first probe of a path leaves within this time, also if the interval is longer. */
const LONGEST_PHASE: Nanos = 10 * SECOND

/**
 * Time from `elapsed` after the start to the first slot of flow `index` of `count`, so that flows are spread evenly over the interval, however late
 * their paths are opened.
 */
export function phaseOf(index: number, count: number, interval: Nanos, elapsed: Nanos): Nanos {
  const span = Math.min(interval, LONGEST_PHASE)
  const place = Math.floor((span * index) / count)
  return (((place - elapsed) % span) + span) % span
}
