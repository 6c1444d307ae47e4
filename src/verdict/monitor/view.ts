import type { Address } from '../../base/address.ts'
import type { Fate, FateCounts } from '../../ledger/fate.ts'

/**
 * What became of one slot. A fate; `waiting`: the probe was sent and its timeout is not over; `lost`: the timeout is over, and where it was
 * lost is not known before its epoch is closed; `missed`: this process was late, so nothing was sent; `paused`: the user paused.
 */
export type SlotState = Fate | 'waiting' | 'lost' | 'missed' | 'paused'

/** A slot of the strip. */
export interface StripCell {
  readonly state: SlotState
  /** When it was due: ms since 1970, by the system clock as it is set now, so that a step of it does not move cells against each other. */
  readonly at: number
  /** Round trip of the first reply. */
  readonly rttMs?: number
}

/** Round trips of first replies, ms. */
export interface RttFigures {
  readonly minMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Figures of the probes that were due in a period. */
export interface WindowFigures {
  /** Probes with a reply, an error, or a timeout that is over. Only these count. */
  readonly settled: number
  /** Those of them without a reply. */
  readonly lost: number
  /** Slots in which this process sent nothing because it was late. */
  readonly missed: number
  /** Absent: no reply. */
  readonly rtt?: RttFigures
}

/** The ledger since the start. Σ fates + inFlight = scheduled. */
export interface LedgerFigures {
  readonly scheduled: number
  /** Final fates: those of closed epochs. */
  readonly fates: FateCounts
  /** Probes whose fate is not final. */
  readonly inFlight: number
  /** Those of `inFlight` whose timeout is over without a reply: lost, in a direction that is not known yet. */
  readonly lost: number
  readonly missed: number
  readonly duplicates: number
  readonly reordered: number
}

/** Why a live view must be read differently from here on, or what changed. */
export type MonitorEventKind =
  | 'outageBegan'
  | 'outageEnded'
  | 'addressChanged'
  | 'resolveFailed'
  | 'resolved'
  | 'socketFailed'
  | 'suspended'
  | 'clockStepped'
  | 'paused'
  | 'resumed'
  | 'pathChanged'
  | 'cut'
  | 'icmp'
  | 'flowsDiffer'
  | 'flowsAgree'
  | 'rateLimited'
  | 'rateLimitEnded'
  | 'queueBuilding'
  | 'queueDrained'

/**
 * An event of a target. The same event has the same three values in every view. An event may be older than others that were seen before it: an
 * outage is seen when the timeout of its second probe is over. If a late reply disproves an outage, later views do not have it.
 */
export interface MonitorEvent {
  /** When it happened, by the system clock at that time: ms since 1970. Of an outage: when its first lost probe was sent. */
  readonly at: number
  readonly kind: MonitorEventKind
  /** One sentence for people, without the time and the name of the target. */
  readonly text: string
}

/** Figures of ten seconds, for pictures of an hour. */
export interface HistoryPoint {
  /** Start of the ten seconds, ms since 1970. */
  readonly at: number
  readonly settled: number
  readonly lost: number
  readonly missed: number
  readonly rtt?: RttFigures
}

/** One flow (source port) of a target. */
export interface FlowView {
  /** Absent: its socket is not open. */
  readonly port?: number
  readonly strip: readonly StripCell[]
  readonly minute: WindowFigures
  /** Final and not yet final probes since the start. */
  readonly sinceStart: WindowFigures
  readonly ledger: LedgerFigures
}

/** Where the last minute's probes queued, judged from the server's times: ms above the smallest delay of that direction. */
export interface QueueFigures {
  readonly direction: 'forward' | 'return' | 'both'
  readonly forwardMs: number
  readonly returnMs: number
}

/** What the probes of a target show together, as long as it holds. */
export interface MonitorWarning {
  readonly kind: 'flowsDiffer' | 'rateLimited' | 'queueBuilding'
  /** When it was known, ms since 1970. */
  readonly since: number
  /** One sentence for people. */
  readonly text: string
}

/** A target at one moment. */
export interface TargetView {
  /** As configured: host:port. */
  readonly target: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  readonly sizes: readonly number[]
  /** The one size of this target, if its module has several, each with a target of its own. Targets differ in target, module or size. */
  readonly size?: number
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Where the probes go. Absent: the name has no address yet. */
  readonly address?: Address
  /** Why nothing is sent. Absent: probes are sent. */
  readonly idle?: string
  /** Slots of all flows, the oldest first. With several flows a cell is the worst of the slots of one interval. */
  readonly strip: readonly StripCell[]
  readonly minute: WindowFigures
  /** Final and not yet final probes since the start. */
  readonly sinceStart: WindowFigures
  readonly ledger: LedgerFigures
  /** Fate of the last settled probe. */
  readonly lastFate?: SlotState
  /** ms since 1970. */
  readonly lastReplyAt?: number
  /** Absent: no queueing is visible, or the server reports no times. */
  readonly queue?: QueueFigures
  /** Absent: none. */
  readonly warnings?: readonly MonitorWarning[]
  /** The last ones, the oldest first. */
  readonly events: readonly MonitorEvent[]
  readonly flows: readonly FlowView[]
}

/** Everything that a live view shows, at one moment. Plain data. */
export interface MonitorView {
  /** ms since 1970. */
  readonly now: number
  readonly startedAt: number
  readonly engine: 'kernel' | 'dgram'
  readonly isPaused: boolean
  readonly targets: readonly TargetView[]
}
