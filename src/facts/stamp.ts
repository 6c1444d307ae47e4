import type { Nanos } from '../base/nanos.ts'

/** A datagram that is in no ledger but that a reflector may count: a copy for the proof of its kind, or a closing probe. */
export interface ExtraProbe {
  readonly sequence: number
  readonly sent: Nanos
  /** The number that the reflector put on its reply, and when that arrived; absent: no reply came. */
  counter?: number
  arrived?: Nanos
}

/** A further reply to a probe, with another number of the reflector than the first one: the path copied the request. */
export interface CopiedRequest {
  readonly sequence: number
  readonly counter: number
  readonly arrived: Nanos
}

/** What a STAMP session (the client with the same index) showed. */
export interface StampSession {
  /** In the order of sending. */
  readonly extras: ExtraProbe[]
  readonly copies: CopiedRequest[]
  /** Copies beyond the kept ones: counts of this session prove nothing any more. */
  copiesOmitted: number
}

/** Observations of a run of STAMP probes that the table of probes does not have. */
export interface StampFacts {
  readonly sessions: readonly StampSession[]
}
