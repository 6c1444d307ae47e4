import type { Nanos } from '../base/nanos.ts'

type TrialPurpose = 'ramp' | 'overload' | 'narrow' | 'otherSize' | 'burst'

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
