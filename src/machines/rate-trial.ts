import type { Nanos } from '../base/nanos.ts'

/** A trial that sent less than this share of what was offered shows what the sender can do, not the path. */
const REACHED = 0.95
/** From this share on the sender kept the offered rate: the rest is the time at which its first and last datagram left (docs/result.md, pacing). */
const KEPT = 0.99

type TrialPurpose = 'ramp' | 'overload' | 'narrow' | 'otherSize' | 'burst'

/** What a search looks for. */
export interface RateSearchOptions {
  readonly size: number
  /** A second size, to see whether a limit counts bytes or packets, and the highest rate that may be offered with it. */
  readonly other: { readonly size: number; readonly toPps: number }
  readonly duration: Nanos
  /** Bounds, datagrams a second. */
  readonly fromPps: number
  readonly toPps: number
  /** 0 to 1. */
  readonly maxLoss: number
}

/** What to send next. */
export interface TrialOrder {
  readonly purpose: TrialPurpose
  /** UDP payload, bytes. */
  readonly size: number
  /** Datagrams a second, over all clients. */
  readonly pps: number
  readonly duration: Nanos
  /** Least time since the last probe of the trial before. */
  readonly rest: Nanos
}

/** What became of a trial, in plain numbers. */
export interface TrialOutcome {
  /** Datagrams a second that left. */
  readonly sentPps: number
  /** Lost share of the scheduled ones; 0 to 1. */
  readonly loss: number
  /** Whether any reply came. */
  readonly isAnswered: boolean
  /** More was offered than came out of a queue, although little or nothing is lost yet. */
  readonly isQueueGrowing: boolean
  /** The rate of the limit that the losses or the queue show, datagrams a second of this size. Undefined: none. */
  readonly limitPps: number | undefined
  /** How long that limit applied, as a share of the trial. */
  readonly limitShare: number
}

/** The offered rate, or if the sender did not reach it, the one at which it sent. */
export function reachedRate(offered: number, { sentPps }: TrialOutcome): number {
  return sentPps >= offered * REACHED ? offered : sentPps
}

/** The rate that a trial proves to hold. */
export function keptRate(rate: number, { sentPps }: TrialOutcome): number {
  return sentPps >= rate * KEPT ? rate : sentPps
}
