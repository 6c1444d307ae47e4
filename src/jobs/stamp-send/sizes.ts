import { usage } from '../../base/error.ts'
import type { StampPlan, StampTlv } from '../../facts/protocol.ts'
import { layoutOf, LIGHT_REQUEST_SIZE } from '../../wire/stamp/packet.ts'
import { TLV_HEADER, TLV_TYPE, tlvSize } from '../../wire/stamp/tlv.ts'

type SizedPlan = Pick<StampPlan, 'isAuthenticated' | 'isLight' | 'tlvs'>

const TYPES: Readonly<Record<StampTlv, number>> = {
  cos: TLV_TYPE.classOfService,
  direct: TLV_TYPE.directMeasurement,
  followup: TLV_TYPE.followUpTelemetry,
  timestamp: TLV_TYPE.timestampInformation,
}

/** The size of a packet without padding: base packet and TLVs. In TWAMP-Light the base packet of STAMP, so that a reply is as long. */
export function plainSize({ isAuthenticated, tlvs }: SizedPlan): number {
  const base = layoutOf(isAuthenticated).size
  if (tlvs.length === 0) return base
  // RFC 8972 section 4.8: TLVs of an authenticated packet need the HMAC TLV, unless Extra Padding is the only one.
  const hmac = isAuthenticated ? tlvSize(TLV_TYPE.hmac) : 0
  return tlvs.reduce((size, tlv) => size + tlvSize(TYPES[tlv]), base + hmac)
}

/** Throws `usage` for a size that no packet of the plan can have. */
export function checkStampSizes(sizes: readonly number[], plan: SizedPlan): void {
  const plain = plainSize(plan)
  const least = plan.isLight ? LIGHT_REQUEST_SIZE : plain
  // What is longer needs a TLV of Extra Padding, which has a header (RFC 8972 section 4.1).
  const padded = plain + TLV_HEADER
  for (const size of sizes) {
    if (size < least)
      throw usage(
        `--size ${size} is too small: ${contents(plan)} ${plan.isLight ? 'of TWAMP-Light ' : ''}needs ${least}`,
        smaller(plan, least),
        'size',
      )
    if (!plan.isLight && size > plain && size < padded)
      throw usage(
        `--size ${size} cannot be made: padding needs a TLV header of ${TLV_HEADER} bytes`,
        `write --size ${plain} or --size ${padded}${plan.isAuthenticated || plan.tlvs.length > 0 ? '' : ', or add --twamp-light'}`,
        'size',
      )
  }
}

function contents({ isAuthenticated, tlvs }: SizedPlan): string {
  return `${isAuthenticated ? 'an authenticated packet' : 'a packet'}${tlvs.length === 0 ? '' : ` with ${tlvs.join(', ')}`}`
}

function smaller({ isLight, isAuthenticated, tlvs }: SizedPlan, least: number): string {
  const hint = `write --size ${least}`
  if (!isLight && !isAuthenticated && tlvs.length === 0)
    return `${hint}, or add --twamp-light for sizes from ${LIGHT_REQUEST_SIZE}`
  return tlvs.length === 0 ? hint : `${hint}, or leave TLVs out`
}
