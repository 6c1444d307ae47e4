import type { Nanos } from '../../base/nanos.ts'

/**
 * The rate limit that the losses of one passage show. Datagrams above a limit are lost when its bucket is empty (policer) or its queue is full
 * (shaper). In both cases the bytes that passed until a loss are depth + rate × time, so losses lie on a line, and no other cause of loss does
 * that.
 */
export interface LimitFit {
  readonly direction: 'forward' | 'return' | 'roundTrip'
  /** IP-layer bytes, and packets, that passed per second while the limit applied. */
  readonly bytesPerSecond: number
  readonly packetsPerSecond: number
  /** Maximum relative error of both. */
  readonly error: number
  /** What was offered meanwhile, bytes a second. */
  readonly offered: number
  /** Bytes above the rate that passed before the first loss. Undefined: the passage began with losses, so it was not full or empty at first. */
  readonly depthBytes: number | undefined
  /** The same in packets. */
  readonly depthPackets: number | undefined
  /** When the limit applied, ns in the passage. */
  readonly from: Nanos
  readonly until: Nanos
  /** Losses that the limit explains, and those that it does not. */
  readonly explained: number
  readonly unexplained: number
  /** Median time in the queue of datagrams that passed next to a loss; and of those that passed while little was queued. NaN: not known. */
  readonly queueAtLoss: Nanos
  readonly queueAtRest: Nanos
  /** Whether time in the queue follows from the bytes in it at the fitted rate: what a shaper does and a policer does not. Undefined: not visible. */
  readonly isQueue: boolean | undefined
}
