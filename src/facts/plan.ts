import type { Nanos } from '../base/nanos.ts'
import type { PayloadKind } from '../wire/payload.ts'
import { IDENTIFIED_SIZE } from '../wire/probe.ts'
import type { PageShape } from './probe-table.ts'
import type { ProtocolPlan } from './protocol.ts'

export interface PayloadPlan {
  readonly kind: PayloadKind
  /** For `random`. */
  readonly seed: number
  /** For `file`: its bytes. */
  readonly content?: Uint8Array
}

/**
 * The plan of a run of probes, as plain data: it can be posted to a worker, and it is in the header of every journal. `count`, pacing and
 * window are per client.
 */
export interface ProbePlan {
  readonly clients: number
  /** The random run number of each client's socket (32 bits). */
  readonly runs: readonly number[]
  /** Sequence s of a client has size `sizes[s % sizes.length]`. */
  readonly sizes: readonly number[]
  /** Probes per client; absent: until `duration` is over or the run is stopped. */
  readonly count?: number
  readonly duration?: Nanos
  /** Time between bursts in ns; 0: no pacing, only the window limits the rate. */
  readonly interval: Nanos
  /** Payload bits a second; replaces `interval` if set. */
  readonly bitRate?: number
  readonly burst: number
  /** Maximum number of probes in flight; absent: no limit. */
  readonly window?: number
  readonly timeout: Nanos
  /** How long the ledger stays open after the last timeout; absent: min(timeout, max(100 ms, 4 × the largest RTT)). */
  readonly linger?: Nanos
  /**
   * Time after the start from which on the ledger is not kept open for copies, receipts and the stray check. Each probe has its timeout all the
   * same. Absent: all of them take what they need.
   */
  readonly closeBy?: Nanos
  readonly payload: PayloadPlan
  /** Ask the server for the state of unanswered probes. */
  readonly receipts: boolean
  /** Ask also while the run goes on, soon after the timeout of a probe, because its loss is shown then. */
  readonly earlyReceipts?: boolean
  /** If no reply arrives at all: send one more request from an unconnected socket. */
  readonly strayCheck: boolean
  /** Fold closed rows into totals and discard them, so that an endless run needs constant memory. */
  readonly summary: boolean
  /** Absent: udptool's own protocol. */
  readonly protocol?: ProtocolPlan
}

/** Whether only its window paces a run: it sends as fast as replies arrive. */
export function isFlood({ interval, bitRate, window = 1 }: ProbePlan): boolean {
  return interval === 0 && bitRate === undefined && window > 1
}

/** Which columns the table of a run has. */
export function pageShape(plan: ProbePlan): PageShape {
  return { isLean: isFlood(plan), isCounted: plan.protocol !== undefined }
}

/** Whether each client has one probe in flight at a time, so that the port of arrival identifies a reply too short to carry its number. */
export function isLockStep({ window, protocol }: ProbePlan): boolean {
  // A reply of another protocol always carries its number, and a session belongs to one port.
  return window === 1 && protocol === undefined
}

/** Maximum number of sockets of a run whose probes are all too small to identify: each keeps its own port until no copy can arrive any more. */
const MAX_SOURCES_TINY = 1024
/** Maximum number of sockets of a run that needs a fresh port only after a timeout or a copy. All fit one ppoll (watch.ts). */
const MAX_SOURCES = 62

/** Maximum number of simultaneous sockets of one client, each with its own port. */
export function maxSources(plan: ProbePlan): number {
  if (!isLockStep(plan)) return 1
  const most = plan.sizes.some(size => size < IDENTIFIED_SIZE) ? MAX_SOURCES_TINY : MAX_SOURCES
  return Math.max(2, Math.floor(most / plan.clients))
}
