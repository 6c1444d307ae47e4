import type { ReflectorPlan } from '../../facts/protocol.ts'
import { writeTlvMac, type TlvIntegrity } from '../../wire/stamp/integrity.ts'
import type { Layout } from '../../wire/stamp/packet.ts'
import { isKnownTlv, TLV_FLAG, TLV_HEADER, TLV_TYPE, TlvCursor } from '../../wire/stamp/tlv.ts'
import {
  readClassOfService,
  SYNC_SOURCE,
  TIMESTAMP_METHOD,
  writeClassOfService,
  writeDirectCount,
  writeFollowUp,
  writeTimestampInformation,
} from '../../wire/stamp/tlv-values.ts'
import type { Mac } from '../../wire/mac.ts'
import { UNSEEN } from '../machine.ts'
import type { Session, SessionTable } from './session-table.ts'

const OWN_CLOCK = {
  sourceIn: SYNC_SOURCE.local,
  methodIn: TIMESTAMP_METHOD.software,
  sourceOut: SYNC_SOURCE.local,
  methodOut: TIMESTAMP_METHOD.software,
} as const

/** The request whose TLVs are reflected. */
export interface TlvRequest {
  readonly flow: number
  readonly ssid: number
  /** Absent: none is kept for this request so far. */
  readonly session: Session | undefined
  /** Type of service with which it arrived, or UNSEEN. */
  readonly tos: number
  /** Of the key of the request; absent: it has no HMAC. */
  readonly mac: Mac | undefined
  readonly integrity: TlvIntegrity
}

/** Turns the TLVs of a request into those of its reply, in place (RFC 8972 section 4). */
export class ReflectedTlvs {
  /** DSCP of the last reply; 0: this host's default. */
  dscp = 0
  readonly #plan: ReflectorPlan
  readonly #sessions: SessionTable
  readonly #cursor = new TlvCursor()

  constructor(plan: ReflectorPlan, sessions: SessionTable) {
    this.#plan = plan
    this.#sessions = sessions
  }

  /**
   * Reflects the TLVs of the reply at `at`, whose base is written already.
   * @param end the first octet after the packet
   * @returns the session that Direct Measurement needs, or that of the request
   */
  write(bytes: Uint8Array, at: number, layout: Layout, end: number, request: TlvRequest): Session | undefined {
    const cursor = this.#cursor
    const first = at + layout.size
    this.dscp = 0
    let { session } = request
    if (this.#plan.isLight && !isChain(cursor, bytes, first, end)) return session
    const isIntact = request.integrity === 'right' || request.integrity === 'unneeded'
    for (cursor.begin(bytes, first, end); cursor.next();) {
      const tlv = cursor.at
      // Padding of TWAMP-Light: an octet that is no header, or zeros, which no sender of TLVs writes (it sets U).
      if (end - tlv < TLV_HEADER || isZero(bytes, tlv)) return session
      let flags = this.#knows(cursor.type, request) ? 0 : TLV_FLAG.unrecognized
      if (cursor.isMalformed) flags |= TLV_FLAG.malformed
      if (!isIntact) bytes[tlv] = cursor.flags | (flags & TLV_FLAG.malformed) | TLV_FLAG.integrity
      else {
        bytes[tlv] = flags
        if (flags === 0) session = this.#fill(bytes, at, layout, request, session)
      }
    }
    return session
  }

  #knows(type: number, { mac, tos }: TlvRequest): boolean {
    // Without a key nobody can check an HMAC, and without its type of service the marks of the request are not known.
    if (type === TLV_TYPE.hmac) return mac !== undefined
    if (type === TLV_TYPE.classOfService) return tos !== UNSEEN
    return isKnownTlv(type)
  }

  /** Fills in the value at the cursor. */
  #fill(
    bytes: Uint8Array,
    at: number,
    layout: Layout,
    { flow, ssid, tos, mac }: TlvRequest,
    session: Session | undefined,
  ): Session | undefined {
    const { at: tlv, type, value } = this.#cursor
    if (type === TLV_TYPE.timestampInformation) writeTimestampInformation(bytes, value, OWN_CLOCK)
    else if (type === TLV_TYPE.classOfService) this.#fillClass(bytes, value, tos)
    else if (type === TLV_TYPE.followUpTelemetry) this.#fillFollowUp(bytes, value, session)
    else if (type === TLV_TYPE.hmac && mac !== undefined) writeTlvMac(bytes, at, at + layout.size, tlv, mac)
    else if (type === TLV_TYPE.directMeasurement) {
      const counted = session ?? this.#sessions.open(flow, ssid)
      if (session === undefined) counted.received += 1
      writeDirectCount(bytes, value, 'received', counted.received)
      writeDirectCount(bytes, value, 'returned', counted.sent + 1)
      return counted
    }
    return session
  }

  #fillClass(bytes: Uint8Array, value: number, tos: number): void {
    const { allowsDscp } = this.#plan
    const { wanted } = readClassOfService(bytes, value)
    // Without the permission replies leave with DSCP 0, which needs none.
    const isRefused = wanted !== 0 && !allowsDscp
    writeClassOfService(bytes, value, { wanted, dscp: tos >> 2, ecn: tos & 3, policy: isRefused ? 1 : 0 })
    if (allowsDscp) this.dscp = wanted
  }

  /** A stateless reflector does not know its previous reply (RFC 8972 section 4.7). */
  #fillFollowUp(bytes: Uint8Array, value: number, session: Session | undefined): void {
    if (!this.#plan.isStateful || session === undefined || session.sent === 0) {
      bytes.fill(0, value, value + 16)
      return
    }
    const { previous: sequence, previousSeconds: seconds, previousNanos: nanos } = session
    const { timestamps } = this.#plan
    writeFollowUp(bytes, value, timestamps, {
      sequence,
      moment: { seconds, nanos },
      method: TIMESTAMP_METHOD.software,
    })
  }
}

/** Whether the octets are TLVs of a sender up to the end, and not padding of TWAMP-Light. */
function isChain(cursor: TlvCursor, bytes: Uint8Array, at: number, end: number): boolean {
  let next = at
  for (cursor.begin(bytes, at, end); cursor.next(); next = cursor.value + cursor.length)
    if (cursor.isMalformed || cursor.flags !== TLV_FLAG.unrecognized) return false
  return next === end
}

function isZero(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 0 && bytes[at + 3] === 0
}
