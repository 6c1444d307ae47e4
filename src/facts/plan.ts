import type { Nanos } from '../base/nanos.ts'
import type { PayloadKind } from '../wire/payload.ts'
import { IDENTIFIED_SIZE } from '../wire/probe.ts'

export interface PayloadPlan {
  readonly kind: PayloadKind
  /** Of `random`. */
  readonly seed: number
  /** Of `file`: its bytes. */
  readonly content?: Uint8Array
}

/**
 * What a run of probes was asked to do, as plain data: it crosses to a worker, and it heads every journal.
 * `count`, pacing and window are per client.
 */
export interface ProbePlan {
  readonly clients: number
  /** The random run number of each client's socket (32 bits). */
  readonly runs: readonly number[]
  /** Sequence s of a client has size `sizes[s % sizes.length]`. */
  readonly sizes: readonly number[]
  /** Probes for each client; absent: until `duration` is over or the run is stopped. */
  readonly count?: number
  readonly duration?: Nanos
  /** One burst every so many ns; 0: no pacing, the window alone paces. */
  readonly interval: Nanos
  /** Payload bits a second; where it is set it replaces `interval`. */
  readonly bitRate?: number
  readonly burst: number
  /** Most probes in flight; absent: no limit. */
  readonly window?: number
  readonly timeout: Nanos
  /** How long the ledger stays open after the last timeout; absent: min(timeout, max(100 ms, 4 × the largest RTT)). */
  readonly linger?: Nanos
  readonly payload: PayloadPlan
  /** Ask the server what became of unanswered probes. */
  readonly receipts: boolean
  /** If no reply at all comes: ask once more from a socket that is not connected. */
  readonly strayCheck: boolean
  /** Fold what is closed into totals and forget it, so that a run without end needs constant memory. */
  readonly summary: boolean
}

/** Whether nothing but its window paces a run: it sends as fast as replies come. */
export function isFlood({ interval, bitRate, window = 1 }: ProbePlan): boolean {
  return interval === 0 && bitRate === undefined && window > 1
}

/** Whether one probe of a client is under way at a time, so that a reply too short to identify can be told by the port it comes to. */
export function isLockStep({ window }: ProbePlan): boolean {
  return window === 1
}

/** Sockets of a run whose probes are all too small to identify: each needs a port of its own until no copy can come any more. */
const MAX_SOURCES_TINY = 1024
/** Sockets of a run that needs a fresh port only after a silence or a copy. All fit one ppoll (watch.ts). */
const MAX_SOURCES = 62

/** Sockets that one client may have at once, each with a port of its own. */
export function maxSources(plan: ProbePlan): number {
  if (!isLockStep(plan)) return 1
  const most = plan.sizes.some(size => size < IDENTIFIED_SIZE) ? MAX_SOURCES_TINY : MAX_SOURCES
  return Math.max(2, Math.floor(most / plan.clients))
}
