import type { Nanos } from '../base/nanos.ts'
import type { StampTlv } from './protocol.ts'

/** A datagram that is in no ledger but that a reflector may count: a copy for the proof of its kind, or a closing probe. */
export interface ExtraProbe {
  /** A closing probe has a number from the client's `scheduled` on; a copy has that of a probe. */
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

/** A TLV that a packet of a run can carry: those of the plan, Extra Padding, and the HMAC TLV of authenticated packets. */
export type SentTlv = StampTlv | 'padding' | 'hmac'

/** What became of one TLV in the replies. Each reply to a packet with this TLV is counted once. */
export interface TlvCounts {
  /** Packets sent with it. */
  sent: number
  /** Filled in or copied by a reflector that knows it: U, M and I are clear. */
  recognized: number
  /** U: the reflector does not know it. */
  unrecognized: number
  /** M: the reflector calls it malformed. */
  malformed: number
  /** I: the reflector found a wrong HMAC over the TLVs. */
  integrityFailed: number
  /** The reply does not have it. */
  missing: number
}

/** Times between two timestamps of a reflector, in ns. */
export interface DelaySum {
  count: number
  least: Nanos
  most: Nanos
  sum: Nanos
}

/** Source and method codes of the reflector's clock, as in the last Timestamp Information TLV (RFC 8972 section 4.3). */
export interface ReflectorClock {
  readonly syncIn: number
  readonly methodIn: number
  readonly syncOut: number
  readonly methodOut: number
}

/** Observations of first replies by their timestamp format and Error Estimate. */
export interface ReflectorTimes {
  /** Replies that declare NTP (Z = 0) and PTP (Z = 1). */
  ntp: number
  ptp: number
  /** Of both: replies whose times make sense only in the format that they do not declare. */
  contradicted: number
  /** Replies with S = 1: the reflector's clock is synchronized by an outside source. */
  synchronized: number
  /** The largest error in ns that a reply declares; absent: no reply had a valid one. */
  error?: Nanos
  /** Replies whose Error Estimate has the forbidden Multiplier 0 (RFC 8762 section 4.2.1): `corrupt`. */
  zeroMultiplier: number
}

/**
 * Observations of a run of STAMP probes that the table of probes does not have. DSCP and ECN of the Class of Service TLV, as the reflector saw
 * them, are in `RunFacts.headers.up`.
 */
export interface StampFacts {
  readonly sessions: readonly StampSession[]
  /**
   * What the column `counter` of the probes, and `counter` of extras and copies, has in the whole run: the sequence number that the reflector put
   * on its reply, or R_RxC of its Direct Measurement TLV, the number of packets received in the session (RFC 8972 section 4.5). The first reply
   * decides; a reply without the latter has no counter then. Absent: no reply.
   */
  counts?: 'sequence' | 'direct'
  readonly times: ReflectorTimes
  /** Replies by the TTL or hop limit with which their request reached the reflector. 255 is left out: it also means "not known". */
  readonly requestTtl: Record<number, number>
  /** Replies with a wrong HMAC. They answer no probe. */
  forged: number
  /** By TLV that was sent. */
  readonly tlvs: Partial<Record<SentTlv, TlvCounts>>
  /** Replies in which the reflector refuses the DSCP wanted for them (RP of the Class of Service TLV). */
  dscpRefused: number
  /** Between the timestamp T3 in a reply and its real departure, by the Follow-Up Telemetry TLV of the next one. Absent: none. */
  followUp?: DelaySum
  /** Absent: no Timestamp Information came back. */
  clock?: ReflectorClock
  /** The shortest and the longest reply, in bytes. Absent: no reply. */
  replyBytes?: { least: number; most: number }
}

export function createStampFacts(clients: number): StampFacts {
  return {
    sessions: Array.from({ length: clients }, () => ({ extras: [], copies: [], copiesOmitted: 0 })),
    times: { ntp: 0, ptp: 0, contradicted: 0, synchronized: 0, zeroMultiplier: 0 },
    requestTtl: {},
    forged: 0,
    tlvs: {},
    dscpRefused: 0,
  }
}
