import { readUint32, writeUint16, writeUint32 } from '../big-endian.ts'
import { readTimestamp, writeTimestamp, type Moment, type TimestampFormat } from './timestamp.ts'

/** The values of TLVs. `at` is the offset of a value, which is whole (`TlvCursor`). */

/** Sources of synchronization (RFC 8972 section 4.3). */
export const SYNC_SOURCE = { ntp: 1, ptp: 2, ssu: 3, gnss: 4, local: 5 } as const
/** How a time was read (RFC 8972 section 4.3). */
export const TIMESTAMP_METHOD = { hardware: 1, software: 2, controlPlane: 3 } as const

/** The value of Timestamp Information: how the reflector is synchronized and reads T2 (in) and T3 (out). 0: unknown. */
export interface TimestampInformation {
  readonly sourceIn: number
  readonly methodIn: number
  readonly sourceOut: number
  readonly methodOut: number
}

export function readTimestampInformation(bytes: Uint8Array, at: number): TimestampInformation {
  return {
    sourceIn: bytes[at] ?? 0,
    methodIn: bytes[at + 1] ?? 0,
    sourceOut: bytes[at + 2] ?? 0,
    methodOut: bytes[at + 3] ?? 0,
  }
}

export function writeTimestampInformation(bytes: Uint8Array, at: number, information: TimestampInformation): void {
  bytes[at] = information.sourceIn
  bytes[at + 1] = information.methodIn
  bytes[at + 2] = information.sourceOut
  bytes[at + 3] = information.methodOut
}

/** The value of Class of Service (RFC 8972 section 4.4): DSCP1 (6 bits), DSCP2 (6), ECN (2), RP (2), 16 bits reserved. */
export interface ClassOfService {
  /** DSCP1: that the sender wants for the reply. */
  readonly wanted: number
  /** DSCP2 and ECN: with which the request arrived at the reflector. 0 in a request. */
  readonly dscp: number
  readonly ecn: number
  /** RP: 1 if the reflector's policy does not allow DSCP1. */
  readonly policy: number
}

export function readClassOfService(bytes: Uint8Array, at: number): ClassOfService {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  return {
    wanted: first >>> 2,
    dscp: ((first & 3) << 4) | (second >>> 4),
    ecn: (second >>> 2) & 3,
    policy: second & 3,
  }
}

export function writeClassOfService(bytes: Uint8Array, at: number, cos: ClassOfService): void {
  bytes[at] = (cos.wanted << 2) | ((cos.dscp >>> 4) & 3)
  bytes[at + 1] = ((cos.dscp & 15) << 4) | ((cos.ecn & 3) << 2) | (cos.policy & 3)
  writeUint16(bytes, at + 2, 0)
}

/** Offsets within the value of Direct Measurement (RFC 8972 section 4.5): counts of test packets of the session, modulo 2^32. */
export const DIRECT = {
  /** S_TxC: sent by the sender. */
  sent: 0,
  /** R_RxC: received by the reflector. 0 in a request. */
  received: 4,
  /** R_TxC: sent by the reflector. 0 in a request. */
  returned: 8,
} as const

export function readDirectCount(bytes: Uint8Array, at: number, count: keyof typeof DIRECT): number {
  return readUint32(bytes, at + DIRECT[count])
}

export function writeDirectCount(bytes: Uint8Array, at: number, count: keyof typeof DIRECT, value: number): void {
  writeUint32(bytes, at + DIRECT[count], value)
}

/** The value of Follow-Up Telemetry (RFC 8972 section 4.7): when the reflector really sent its previous reply. All 0 in a request. */
export interface FollowUp {
  /** The reflector's sequence number of that reply. */
  readonly sequence: number
  /** Real time (UTC) since 1970; absent: unknown. */
  readonly moment?: Moment
  /** One of TIMESTAMP_METHOD; 0: unknown. */
  readonly method: number
}

/** @param format of T2 and T3 of the same packet */
export function readFollowUp(bytes: Uint8Array, at: number, format: TimestampFormat): FollowUp {
  const moment: Moment = { seconds: 0, nanos: 0 }
  const isKnown = readTimestamp(bytes, at + 4, format, moment)
  return { sequence: readUint32(bytes, at), ...(isKnown ? { moment } : {}), method: bytes[at + 12] ?? 0 }
}

export function writeFollowUp(bytes: Uint8Array, at: number, format: TimestampFormat, followUp: FollowUp): void {
  const { moment } = followUp
  bytes.fill(0, at, at + 16)
  writeUint32(bytes, at, followUp.sequence)
  if (moment !== undefined) writeTimestamp(bytes, at + 4, format, moment.seconds, moment.nanos)
  bytes[at + 12] = followUp.method
}
