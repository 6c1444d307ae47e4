import type { Result } from './result.ts'

/** What may have changed the delays of two runs besides the network. */
export interface Doubt {
  /** How late the timers of the senders were, ms: a host that is busy is late with replies, too. */
  readonly lateMs: number
  /** A window paced one of the runs, so its delays are those of the queue that it kept full itself. */
  readonly queued: boolean
}

/** The doubt about the delays of two runs. */
export function doubtOf(a: Result, b: Result): Doubt {
  return {
    lateMs: Math.max(a.pacing?.lateP99Ms ?? 0, b.pacing?.lateP99Ms ?? 0),
    queued: isQueued(a) || isQueued(b),
  }
}

/** Paced by a window of several probes, not by a schedule. */
function isQueued({ pacing, options }: Result): boolean {
  const window = options['window']
  return pacing === undefined && typeof window === 'number' && window > 1
}
