import { SECOND, type Nanos } from '../base/nanos.ts'
import type { PayloadPlan, ProbePlan } from './plan.ts'
import type { RunFacts } from './run.ts'

/** Length of an epoch if the interval allows it. */
const EPOCH: Nanos = 10 * SECOND

/** One path of a monitor: one socket that sends a probe in every slot of a fixed grid, without end. Plain data. */
export interface PathPlan {
  /** Identifies the path as long as the monitor runs. */
  readonly path: number
  /** Probe n of an epoch has size `sizes[n % sizes.length]`. */
  readonly sizes: readonly number[]
  /** Time between two slots. */
  readonly interval: Nanos
  readonly timeout: Nanos
  readonly payload: PayloadPlan
  /** Ask the server for the state of unanswered probes. */
  readonly receipts: boolean
  /** Time from the addition of the path to its first slot, so that the paths of a monitor do not send at the same moment. */
  readonly phase: Nanos
  /** Number of slots of the first epoch, so that the epochs of many paths do not begin at the same time. Absent: as many as of the others. */
  readonly firstSlots?: number
}

/** Number of slots of an epoch: those of 10 s, or one if the interval is longer. */
export function slotsOfEpoch({ interval }: Pick<PathPlan, 'interval'>): number {
  return Math.max(1, Math.round(EPOCH / interval))
}

/** The fractional parts of its multiples divide an interval most evenly, however many there are (the golden ratio). */
const EVEN = 0.618_033_988_749_895

/** Number of slots of the first epoch of the path with this number, among many: any number from 1 to that of the other epochs. */
export function firstSlotsOf(path: number, interval: Nanos): number {
  const slots = slotsOfEpoch({ interval })
  return slots - Math.floor(((path * EVEN) % 1) * slots)
}

/** The plan of an epoch with this many slots, as a run with this number. */
export function planEpoch(path: PathPlan, count: number, run: number): ProbePlan {
  const { sizes, interval, timeout, payload, receipts } = path
  return {
    clients: 1,
    runs: [run],
    sizes,
    count,
    interval,
    burst: 1,
    timeout,
    payload,
    receipts,
    strayCheck: false,
    summary: false,
  }
}

/**
 * An epoch of a path: consecutive slots with one run number, whose fates become final together. `facts` has a row for each probe that was
 * sent, in slot order, and is live until the epoch is closed.
 */
export interface EpochFacts {
  readonly path: number
  /** Counts from 0 on each path. */
  readonly number: number
  readonly facts: RunFacts
  /**
   * When its first slot is due, driver's clock. Slot s is due at `start + s × interval`, and `scheduled` of a row is one of these times. It is
   * the end of the epoch before, or later by whole epochs if this process did not run in between.
   */
  readonly start: Nanos
  /** Slots without a probe, because this process was late by more than an interval; those before `start` too. Final when the epoch is closed. */
  missed: number
  /** Slots without a probe, because the monitor was paused. Final when the epoch is closed. */
  paused: number
  /** Datagrams of earlier epochs that arrived when those were closed. Final when the epoch is closed. */
  overdue: number
}

/** What became known about a path. */
export type PathUpdate =
  /** Its socket is open. */
  | { readonly kind: 'opened'; readonly path: number; readonly port: number }
  /** Its socket cannot be opened; the path sends nothing. */
  | { readonly kind: 'failed'; readonly path: number; readonly message: string }
  | { readonly kind: 'began'; readonly epoch: EpochFacts }
  /** Its fates are final. Epochs of a path close in order. */
  | { readonly kind: 'closed'; readonly epoch: EpochFacts }
  /** The path was removed, and all its epochs are closed. */
  | { readonly kind: 'removed'; readonly path: number }
