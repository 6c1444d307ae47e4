import type { Nanos } from '../base/nanos.ts'
import type { Classifier } from './classifier.ts'
import type { DefaultCap } from './default-cap.ts'
import type { DelayDistribution } from './delay-summary.ts'
import type { DuplicationResult } from './duplication.ts'
import type { GilbertResult } from './gilbert.ts'
import type { Group } from './group.ts'
import type { LossPatternResult } from './loss-pattern.ts'
import type { TrainCounts } from './lost-trains.ts'
import type { OneWayDelayResult } from './one-way-delay.ts'
import type { ClockChange } from './one-way/clock-history.ts'
import type { ReorderingResult } from './reordering.ts'

/** Figures of one client that depend on the order of its probes. */
export interface ClientOrder {
  readonly losses: LossPatternResult
  readonly gilbert: GilbertResult | undefined
  /** Mean |IPDV| (RFC 3393). */
  readonly ipdv: Nanos | undefined
  /** Interarrival jitter (RFC 3550). */
  readonly jitter: Nanos | undefined
  readonly reordering: ReorderingResult
  /** In a flood: the trains whose datagrams all have the same loss. */
  readonly trains: TrainCounts
}

/** Corrupt replies by the side on which they were damaged. */
interface Corruption {
  readonly request: number
  readonly reply: number
  readonly unknown: number
  /** Infinity: unknown. */
  readonly firstWrongByte: number
}

/** The clocks of both ends, and the one-way delays derived from them. */
interface OneWayFigures {
  /** Undefined: there was no usable exchange. */
  readonly delays: OneWayDelayResult | undefined
  /** Number of times at which the rate of the clocks changed; errors then hold for any clock only. */
  readonly changeCount: number
  /** Whether the exchanges agree with clocks of a constant rate. */
  readonly isSteady: boolean
  /** The first hundred of these changes. */
  readonly changes: readonly ClockChange[]
}

/** The counts of a run. If there is only one size or one client, its group is `total` itself. */
export interface Tally {
  readonly total: Group
  readonly sizes: ReadonlyMap<number, Group>
  readonly clients: readonly Group[]
  /** By client. */
  readonly orders: readonly ClientOrder[]
  readonly rttNetwork: DelayDistribution
  readonly rttScheduled: DelayDistribution
  readonly lateness: DelayDistribution
  /** Undefined: no reply arrived. */
  readonly duplication: DuplicationResult | undefined
  readonly defaultCap: Readonly<Pick<DefaultCap, 'answered' | 'withheldByAnswers' | 'withheldByBytes'>>
  readonly oneWay: OneWayFigures
  /** The second since 1970 from which the server times of `oneWay` count; undefined: the server reported none. */
  readonly serverSeconds: number | undefined
  /** Refused probes by errno. */
  readonly refusals: ReadonlyMap<number, number>
  /** Unreachable probes, by index of the ICMP error in the facts. */
  readonly icmp: ReadonlyMap<number, number>
  readonly corruption: Corruption
  /** Determines the fate that evidence about single datagrams proves. */
  readonly classifier: Classifier
  /** Replies arrived as trains: all datagrams of one have the arrival time of its first, so the times between neighbors are unknown. */
  readonly sharesArrivals: boolean
  readonly intactBytes: number
  /** Lost probes that the server does not know, sent before the period that its memory certainly covers. */
  readonly beyondMemory: number
  /** By client: lost probes large enough for the receipts, but without a request or an answer about them. */
  readonly unlearned: readonly number[]
  /** Probes sent more than one interval late. */
  readonly missed: number
  /** Those of them that were lost without an error, or answered late. */
  readonly missedAndLost: number
  /** Replies with a dwell longer than their whole round trip: no network time can be computed from them. */
  readonly dwellsTooLong: number
  readonly sent: number
  readonly firstSent: Nanos
  readonly lastSent: Nanos
  readonly firstScheduled: Nanos
  readonly lastScheduled: Nanos
  readonly lastReply: Nanos
}
