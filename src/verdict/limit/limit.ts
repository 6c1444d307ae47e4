import type { Nanos } from '../../base/nanos.ts'
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
  /** IP-layer bytes of one datagram, the mean if sizes differ. */
  readonly packetBytes: number
  /** IP packets of one datagram, the mean if sizes differ: more than 1 if it is sent in fragments. Absent: 1. */
  readonly packetsEach?: number
  readonly fates: Readonly<FateCounts>
  /** Limits that the losses show, by direction. */
  readonly fits: readonly LimitFit[]
  /** The rate cap of the server that withheld replies show. */
  readonly capFit?: LimitFit
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
  /** Whether arrival times of replies are our kernel's: then the time in our socket buffer is not part of the delay. */
  readonly clientStampsKernel: boolean
  /** Seconds from the first to the last datagram sent. */
  readonly seconds: number
  /** Refusals by a firewall of this host (EPERM), and replies that the server's kernel refused to send: part of `lostServerPolicy`. */
  readonly forbiddenHere: number
  readonly serverRefused: number
  /** Lost datagrams that had left more than one interval late. */
  readonly lateLosses: number
  /** Maximum number of lost datagrams that the queue of an interface of this host may have dropped (its counter is that of the whole host). */
  readonly ownQueueDrops: number
  /** 99th percentile of the delay above its minimum in each direction, from one-way delays, ns. NaN: not known. */
  readonly queueForward: Nanos
  readonly queueReturn: Nanos
}

/** What a search for the rate did. */
export interface LimitSearch {
  /** The highest allowed rate was offered and held. */
  readonly reachedBound: boolean
  /** Share of losses up to which a trial holds. Absent: 0.001. */
  readonly maxLoss?: number
  /** Payload bytes that the limit is reported for. Absent: those of the first trial. Trials of other sizes show what the limit counts. */
  readonly size?: number
}

export type LimitKind = 'policer' | 'shaper' | 'receiver' | 'sender' | 'none' | 'unknown'

/** What stops a higher rate. */
export interface Limit {
  readonly kind: LimitKind
  readonly direction?: 'forward' | 'return'
  /** IP-layer bits a second (RFC 9097), and datagrams a second. */
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
