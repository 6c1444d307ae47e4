import type { StampPlan, StampTlv } from '../../facts/protocol.ts'
import type { SentTlv } from '../../facts/stamp.ts'
import { layoutOf } from '../../wire/stamp/packet.ts'
import { TLV_HEADER, TLV_TYPE, tlvSize } from '../../wire/stamp/tlv.ts'

/** A TLV of a packet. Offsets are within the packet, in octets. */
export interface PlacedTlv {
  readonly name: SentTlv
  readonly type: number
  /** Offset of its flags. */
  readonly at: number
  /** Offset of its value, and of the octet after it. */
  readonly value: number
  readonly end: number
}

/** What the packets of one size contain. */
export interface PacketShape {
  readonly size: number
  /** In their order in the packet. */
  readonly tlvs: readonly PlacedTlv[]
  /** Offsets of the padding and of the octet after it; equal: none. */
  readonly padding: number
  readonly paddingEnd: number
}

const TYPES: Readonly<Record<StampTlv, number>> = {
  timestamp: TLV_TYPE.timestampInformation,
  cos: TLV_TYPE.classOfService,
  direct: TLV_TYPE.directMeasurement,
  followup: TLV_TYPE.followUpTelemetry,
}

/** The shapes of a run's packets, by their size. */
export class PacketShapes {
  readonly #plan: StampPlan
  readonly #shapes = new Map<number, PacketShape>()
  #last: PacketShape

  constructor(plan: StampPlan) {
    this.#plan = plan
    this.#last = placeTlvs(plan, layoutOf(plan.isAuthenticated).size)
  }

  of(size: number): PacketShape {
    // Nearly every run has one size.
    if (this.#last.size === size) return this.#last
    const shape = this.#shapes.get(size) ?? placeTlvs(this.#plan, size)
    this.#shapes.set(size, shape)
    this.#last = shape
    return shape
  }
}

/** Places the TLVs of the plan in a packet of this size. One without room for all of them has none: it is a base packet, or the beginning of one. */
function placeTlvs({ isAuthenticated, isLight, tlvs }: StampPlan, size: number): PacketShape {
  const base = layoutOf(isAuthenticated).size
  // Padding of TWAMP-Light is no TLV (RFC 5357 section 4.1.2).
  if (isLight) return { size, tlvs: [], padding: Math.min(size, base), paddingEnd: size }
  const placed: PlacedTlv[] = []
  let at = base
  const place = (name: SentTlv, type: number, length: number): void => {
    placed.push({ name, type, at, value: at + TLV_HEADER, end: at + TLV_HEADER + length })
    at += TLV_HEADER + length
  }
  for (const tlv of tlvs) place(tlv, TYPES[tlv], tlvSize(TYPES[tlv]) - TLV_HEADER)
  // RFC 8972 section 4.8: TLVs of an authenticated packet need one of HMAC, unless Extra Padding is the only one. It follows all others. Extra
  // Padding may follow it, but some reflectors want it to be the last.
  const mac = isAuthenticated && tlvs.length > 0 ? tlvSize(TLV_TYPE.hmac) : 0
  const padding = size - at - mac - TLV_HEADER
  if (padding < 0 && padding !== -TLV_HEADER) return { size, tlvs: [], padding: size, paddingEnd: size }
  if (padding >= 0) place('padding', TLV_TYPE.extraPadding, padding)
  const paddingEnd = at
  if (mac > 0) place('hmac', TLV_TYPE.hmac, mac - TLV_HEADER)
  return { size, tlvs: placed, padding: paddingEnd - Math.max(0, padding), paddingEnd }
}
