import type { Result } from './result.ts'

/** What may have changed the delays of two runs besides the network. */
export interface Doubt {
  /** How late the timers of the senders were, ms: a host that is busy is late with replies, too. The median, … */
  readonly lateP50Ms: number
  /** … what one of a hundred was later than, … */
  readonly lateP99Ms: number
  /** … and the latest. */
  readonly lateMaxMs: number
  /** One of the senders did not keep its pace (docs/result.md), so no delay of that run is beyond doubt. */
  readonly limited: boolean
  /** A window paced one of the runs, so its delays are those of the queue that it kept full itself. */
  readonly queued: boolean
}

/** The doubt about the delays of two runs: of the busier host. */
export function doubtOf(a: Result, b: Result): Doubt {
  const worst = (figure: 'lateP50Ms' | 'lateP99Ms' | 'lateMaxMs'): number =>
    Math.max(a.pacing?.[figure] ?? 0, b.pacing?.[figure] ?? 0)
  return {
    lateP50Ms: worst('lateP50Ms'),
    lateP99Ms: worst('lateP99Ms'),
    lateMaxMs: worst('lateMaxMs'),
    limited: a.pacing?.senderLimited === true || b.pacing?.senderLimited === true,
    queued: isQueued(a) || isQueued(b),
  }
}

/**
 * How much of a metric's growth, ms, a busy host may have caused. A round trip waits for a host three times (sender, server, sender
 * again) where a timer waits once, so one round trip of a hundred is late by more than one timer of a hundred.
 */
export function hostShare(metric: string, { lateP99Ms, lateMaxMs, limited }: Doubt): number {
  if (limited) return Infinity
  return metric === 'rtt.p99' ? lateMaxMs : lateP99Ms
}

/** Paced by a window of several probes, not by a schedule. */
function isQueued({ pacing, options }: Result): boolean {
  const window = options['window']
  return pacing === undefined && typeof window === 'number' && window > 1
}
