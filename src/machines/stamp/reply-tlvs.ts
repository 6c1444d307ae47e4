import { SECOND } from '../../base/nanos.ts'
import { countHeaders, type DirectionHeaders } from '../../facts/headers.ts'
import type { SentTlv, StampFacts, TlvCounts } from '../../facts/stamp.ts'
import { readUint16 } from '../../wire/big-endian.ts'
import type { Mac } from '../../wire/mac.ts'
import { hasRightTlvMac } from '../../wire/stamp/integrity.ts'
import { TLV_FLAG } from '../../wire/stamp/tlv.ts'
import {
  readClassOfService,
  readDirectCount,
  readFollowUp,
  readTimestampInformation,
} from '../../wire/stamp/tlv-values.ts'
import type { Moment } from '../../wire/stamp/timestamp.ts'
import type { Datagram } from '../datagram.ts'
import type { PacketShape, PlacedTlv } from './packet-shape.ts'
import { difference, type ReflectorClock } from './reflector-clock.ts'

/** A real departure further than this after the timestamp in its reply is not believed. */
const MAX_FOLLOW_UP = 3600 * SECOND

/** T3 of the previous reply of a client, for the follow-up of the next one. */
interface Previous extends Moment {
  counter: number
}

type Fate = Exclude<keyof TlvCounts, 'sent'>

/**
 * Reads what a reflector wrote into the TLVs of replies: one with the flag U is ignored, those from one with M on, and all if one has I (RFC 8972
 * section 4).
 */
export class ReplyTlvs {
  /** R_RxC of the last reply; -1: it has none that can be used. */
  received = -1
  readonly #facts: StampFacts
  readonly #arrived: DirectionHeaders
  readonly #clock: ReflectorClock
  readonly #mac: Mac | undefined
  /** By client. */
  readonly #previous: (Previous | undefined)[] = []
  /** Whether no TLV of the last reply has I, and its HMAC TLV is right if the reflector computed one. */
  #isIntact = true
  /** Whether the HMAC TLV of an authenticated reply covers its TLVs. Without it anyone on the path may have written them. */
  #isProved = true

  /** @param arrived headers of probes as they arrived at the reflector */
  constructor(facts: StampFacts, arrived: DirectionHeaders, clock: ReflectorClock, mac: Mac | undefined) {
    this.#facts = facts
    this.#arrived = arrived
    this.#clock = clock
    this.#mac = mac
  }

  /** Reads `received` of a reply. */
  read(reply: Datagram, { tlvs }: PacketShape): void {
    this.received = -1
    this.#isIntact = true
    this.#isProved = true
    if (tlvs.length > 0) this.#readTlvs(reply, tlvs)
  }

  /**
   * Books the TLVs of a first reply that was read, and whose times are booked.
   * @param counter the sequence number of the reflector
   */
  book(reply: Datagram, { tlvs }: PacketShape, client: number, counter: number): void {
    let isUsable = this.#isIntact && this.#isProved
    for (const tlv of tlvs) {
      const fate = this.#isIntact ? fateOf(reply, tlv) : 'integrityFailed'
      this.#countsOf(tlv.name)[fate] += 1
      if (fate === 'malformed') isUsable = false
      if (isUsable && fate === 'recognized') this.#use(reply, tlv, client)
      if (tlv.name === 'followup') this.#remember(client, counter)
    }
  }

  /** Counts a packet that was sent. */
  countSent({ tlvs }: PacketShape): void {
    for (const { name } of tlvs) this.#countsOf(name).sent += 1
  }

  #readTlvs(reply: Datagram, tlvs: readonly PlacedTlv[]): void {
    const { bytes, at } = reply
    let isUsable = true
    for (const tlv of tlvs) {
      const fate = fateOf(reply, tlv)
      if (fate === 'malformed') isUsable = false
      if (fate === 'integrityFailed') this.#isIntact = false
      if (tlv.name === 'hmac') this.#isProved = fate === 'recognized'
      if (fate !== 'recognized') continue
      if (tlv.name === 'hmac' && this.#mac !== undefined)
        this.#isIntact &&= hasRightTlvMac(bytes, at, at + (tlvs[0]?.at ?? 0), at + tlv.at, this.#mac)
      // A reflector that fills it in has counted this packet.
      if (tlv.name === 'direct' && isUsable) this.received = readDirectCount(bytes, at + tlv.value, 'received') || -1
    }
    if (!this.#isIntact || !this.#isProved) this.received = -1
  }

  #remember(client: number, counter: number): void {
    const { seconds, nanos } = this.#clock.sent
    if (!this.#clock.isSentKnown) this.#previous[client] = undefined
    else this.#previous[client] = { counter, seconds, nanos }
  }

  #countsOf(name: SentTlv): TlvCounts {
    return (this.#facts.tlvs[name] ??= {
      sent: 0,
      recognized: 0,
      unrecognized: 0,
      malformed: 0,
      integrityFailed: 0,
      missing: 0,
    })
  }

  #use({ bytes, at }: Datagram, { name, value }: PlacedTlv, client: number): void {
    const facts = this.#facts
    if (name === 'cos') {
      const { dscp, ecn, policy } = readClassOfService(bytes, at + value)
      countHeaders(this.#arrived, (dscp << 2) | ecn, -1)
      if (policy !== 0) facts.dscpRefused += 1
    } else if (name === 'timestamp') {
      const { sourceIn, methodIn, sourceOut, methodOut } = readTimestampInformation(bytes, at + value)
      facts.clock = { syncIn: sourceIn, methodIn, syncOut: sourceOut, methodOut }
    } else if (name === 'followup') this.#bookFollowUp(bytes, at + value, client)
  }

  #bookFollowUp(bytes: Uint8Array, at: number, client: number): void {
    const { sequence, moment } = readFollowUp(bytes, at, this.#clock.format)
    const previous = this.#previous[client]
    if (moment === undefined || previous?.counter !== sequence) return
    const late = difference(previous, moment)
    if (late < 0 || late > MAX_FOLLOW_UP) return
    const sum = (this.#facts.followUp ??= { count: 0, least: Infinity, most: 0, sum: 0 })
    sum.count += 1
    sum.least = Math.min(sum.least, late)
    sum.most = Math.max(sum.most, late)
    sum.sum += late
  }
}

function fateOf({ bytes, at, size: got }: Datagram, { type, at: tlv, value, end }: PlacedTlv): Fate {
  if (end > got || bytes[at + tlv + 1] !== type || readUint16(bytes, at + tlv + 2) !== end - value) return 'missing'
  const flags = bytes[at + tlv] ?? 0
  if ((flags & TLV_FLAG.integrity) !== 0) return 'integrityFailed'
  if ((flags & TLV_FLAG.malformed) !== 0) return 'malformed'
  return (flags & TLV_FLAG.unrecognized) === 0 ? 'recognized' : 'unrecognized'
}
