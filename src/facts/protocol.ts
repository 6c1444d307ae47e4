import type { Nanos } from '../base/nanos.ts'
import type { IrttClock, IrttStamps, IrttStats } from '../wire/irtt/parameters.ts'
import type { TimestampFormat } from '../wire/stamp/timestamp.ts'

/** Probes are STAMP test packets (RFC 8762, RFC 8972, docs/stamp.md). Plain data without secrets, part of every journal. */
export interface StampPlan {
  readonly name: 'stamp'
  /** With an HMAC; the key is in the sockets of the run. */
  readonly isAuthenticated: boolean
  /** Session identifier 1 to 65535; 0: none (RFC 8972 section 3). */
  readonly ssid: number
  readonly timestamps: TimestampFormat
  /** TWAMP-Light (RFC 5357 appendix I): padding instead of TLVs, and replies of any length from 41 octets. */
  readonly isLight: boolean
  /** TLVs of each packet, besides Extra Padding. */
  readonly tlvs: readonly StampTlv[]
  /** DSCP wanted for the replies, with the TLV `cos`. */
  readonly replyDscp?: number
  /** The user chose the source port, so a stateful reflector may still count the session of an earlier run. Absent: the kernel chose it. */
  readonly hasFixedPort?: true
}

/** TLVs that a sender may add (RFC 8972 section 4). */
export type StampTlv = 'timestamp' | 'cos' | 'direct' | 'followup'

/** Probes are echo requests of irtt (docs/irtt.md). Plain data without secrets, part of every journal. */
export interface IrttPlan {
  readonly name: 'irtt'
  /** With an HMAC; the key is in the sockets of the run. */
  readonly isAuthenticated: boolean
  readonly stats: IrttStats
  readonly stamps: IrttStamps
  readonly clock: IrttClock
  /** The duration to negotiate, which the server may shorten; 0: without end. */
  readonly duration: Nanos
  /** TOS byte that the server is asked to set on its replies. Absent: 0. */
  readonly tos?: number
}

/** The protocol of a run; absent in a plan: udptool's own (docs/wire-format.md). */
export type ProtocolPlan = StampPlan | IrttPlan

/** A server reflects STAMP test packets. */
export interface ReflectorPlan {
  readonly name: 'stamp'
  /** Counts the packets of each session, so that a sender knows the direction of a loss. */
  readonly isStateful: boolean
  /** Only packets with an HMAC by one of the server's keys are answered. */
  readonly isAuthenticated: boolean
  /** Answers requests of 14 to 43 octets with 44, to loopback and to sources of the allow list. */
  readonly isLight: boolean
  /** Sets the DSCP of a reply that a Class of Service TLV asks for. */
  readonly allowsDscp: boolean
  readonly timestamps: TimestampFormat
  /** Maximum number of sessions kept; the longest idle one is evicted. */
  readonly maxSessions: number
}

/** A server answers clients of irtt. */
export interface IrttServerPlan {
  readonly name: 'irtt'
  readonly isAuthenticated: boolean
  /** Sets the DSCP of replies that a client asks for. */
  readonly allowsDscp?: boolean
  readonly maxSessions: number
  readonly maxDuration: Nanos
  readonly minInterval: Nanos
  readonly maxLength: number
}

/** The protocol of a server; absent in a plan: echo (docs/wire-format.md). */
export type ServerProtocolPlan = ReflectorPlan | IrttServerPlan

/** A shared secret. Never part of facts, a journal, a Result or a log, which name the identifier. */
export interface SharedKey {
  readonly id: string
  readonly secret: Uint8Array
}
