import type { FateCounts } from '../../ledger/fate.ts'
import type { LimitFit } from '../../ledger/limit/limit-fit.ts'
import type { QueueTrend } from '../../ledger/limit/queue-trend.ts'

/** What one run at one rate shows about limits. */
export interface TrialEvidence {
  /** Scheduled rate, datagrams a second, over all flows. */
  readonly offeredPps: number
  /** At which they left. */
  readonly sentPps: number
  /** Payload bytes. */
  readonly size: number
  /** IP-layer bytes of one datagram. */
  readonly packetBytes: number
  readonly fates: Readonly<FateCounts>
  /** Limits that the losses show, by direction. */
  readonly fits: readonly LimitFit[]
  /** How queues grew, by direction. */
  readonly queues: readonly QueueTrend[]
  /** Growth of the server socket's drop counter, of our own, and our kernel's refusals because its queue was full. Undefined: not observed. */
  readonly serverDrops: number | undefined
  readonly clientDrops: number | undefined
  readonly refusedHere: number
  /** Median time in the server, ns. NaN: not reported. */
  readonly dwellP50: number
  readonly dwellP99: number
  /** Whether arrival times of the server are its kernel's: then the time in its socket buffer is dwell, not delay of the path. */
  readonly serverStampsKernel: boolean
}

export type LimitKind = 'policer' | 'shaper' | 'receiver' | 'sender' | 'none' | 'unknown'

/** What stops a higher rate. */
export interface Limit {
  readonly kind: LimitKind
  readonly direction?: 'forward' | 'return'
  /** IP-layer bits a second (RFC 9097), and packets a second. */
  readonly bitsPerSecond?: number
  readonly packetsPerSecond?: number
  /** What it counts, if two sizes prove it. */
  readonly unit?: 'bits' | 'packets'
  readonly burstBytes?: number
  readonly burstPackets?: number
  readonly queueMs?: number
  /** Figures that the judgement follows from. */
  readonly evidence: Readonly<Record<string, string | number | boolean>>
  /** Why, in a sentence. */
  readonly reason: string
}
