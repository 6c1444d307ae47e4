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
  /** Of a flood: the trains of which every datagram met the same loss. */
  readonly trains: TrainCounts
}

/** Corrupt replies by the side that they were damaged on. */
interface Corruption {
  readonly request: number
  readonly reply: number
  readonly unknown: number
  /** Infinity: not known. */
  readonly firstWrongByte: number
}

/** How the clocks of both ends ran, and the one-way delays that follow. */
interface OneWayFigures {
  /** Undefined: no usable exchange came. */
  readonly delays: OneWayDelayResult | undefined
  /** How often the clocks did not run at a constant rate; errors then hold for any clock only. */
  readonly changeCount: number
  /** Those changes, the first hundred. */
  readonly changes: readonly ClockChange[]
}

/** The counts of a run. Where there is only one size or one client, its group is `total` itself. */
export interface Tally {
  readonly total: Group
  readonly sizes: ReadonlyMap<number, Group>
  readonly clients: readonly Group[]
  /** By client. */
  readonly orders: readonly ClientOrder[]
  readonly rttNetwork: DelayDistribution
  readonly rttScheduled: DelayDistribution
  readonly lateness: DelayDistribution
  /** Undefined: no reply came. */
  readonly duplication: DuplicationResult | undefined
  readonly defaultCap: Readonly<Pick<DefaultCap, 'answered' | 'withheldByAnswers' | 'withheldByBytes'>>
  readonly oneWay: OneWayFigures
  /** Seconds since 1970 that the server's times of `oneWay` count from; undefined: it reported none. */
  readonly serverSeconds: number | undefined
  /** Refused probes by errno. */
  readonly refusals: ReadonlyMap<number, number>
  /** Probes turned back, by number of the ICMP error in the facts. */
  readonly icmp: ReadonlyMap<number, number>
  readonly corruption: Corruption
  /** Gives the fate that evidence about single datagrams proves. */
  readonly classifier: Classifier
  /** Replies came as trains: all of one have the arrival time of its first, so what lies between neighbours is not known. */
  readonly sharesArrivals: boolean
  readonly intactBytes: number
  /** Lost probes that the server does not know, sent before its memory surely begins. */
  readonly beyondMemory: number
  /** By client: lost probes large enough for the receipts, about which the server was not asked or did not answer. */
  readonly unlearned: readonly number[]
  /** Probes that left more than one interval late. */
  readonly missed: number
  /** Those of them that were lost without an error, or answered late. */
  readonly missedAndLost: number
  /** Replies with a dwell longer than their whole round trip: no time on the network can be reckoned from them. */
  readonly dwellsTooLong: number
  readonly sent: number
  readonly firstSent: Nanos
  readonly lastSent: Nanos
  readonly firstScheduled: Nanos
  readonly lastScheduled: Nanos
  readonly lastReply: Nanos
}
