import type { Nanos } from '../../base/nanos.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import type { Mac } from '../../wire/mac.ts'
import type { Payload } from '../../wire/payload.ts'
import { errorEstimate } from '../../wire/stamp/error-estimate.ts'
import { writeBaseMac, writeTlvMac } from '../../wire/stamp/integrity.ts'
import { layoutOf, writeRequest, type Layout, type Request } from '../../wire/stamp/packet.ts'
import { writeTlvHeader } from '../../wire/stamp/tlv.ts'
import { writeClassOfService, writeDirectCount, type ClassOfService } from '../../wire/stamp/tlv-values.ts'
import type { PacketShapes, PlacedTlv } from './packet-shape.ts'
import type { ProbeClock } from './probe-clock.ts'

/** The largest error: nothing shows how exact this host's clock is (RFC 4656 section 4.1.2). In seconds. */
const UNKNOWN_ERROR = Infinity

/** Writes the packets of a sender. */
export class PacketWriter {
  /** The error estimate of each packet. */
  readonly estimate: number
  readonly #clock: ProbeClock
  readonly #shapes: PacketShapes
  readonly #payload: Payload
  readonly #mac: Mac | undefined
  readonly #layout: Layout
  /** Reused for each packet. */
  readonly #request: Request
  readonly #cos: ClassOfService

  /** @param mac of an authenticated plan */
  constructor(plan: StampPlan, clock: ProbeClock, shapes: PacketShapes, payload: Payload, mac: Mac | undefined) {
    this.#clock = clock
    this.#shapes = shapes
    this.#payload = payload
    this.#mac = mac
    this.#layout = layoutOf(plan.isAuthenticated)
    this.estimate = errorEstimate(false, plan.timestamps, UNKNOWN_ERROR)
    const { timestamps: format, ssid } = plan
    this.#request = { sequence: 0, seconds: 0, nanos: 0, format, errorEstimate: this.estimate, ssid }
    this.#cos = { wanted: plan.replyDscp ?? 0, dscp: 0, ecn: 0, policy: 0 }
  }

  /**
   * Writes a whole packet of `size` octets.
   * @param number how many packets the session has sent, with this one
   */
  write(bytes: Uint8Array, at: number, size: number, sequence: number, sent: Nanos, number: number): void {
    this.writeBase(bytes, at, size, sequence, sent)
    const { tlvs, padding, paddingEnd } = this.#shapes.of(size)
    if (this.#mac !== undefined) writeBaseMac(bytes, at, this.#layout, this.#mac)
    if (padding < paddingEnd) this.#payload.write(bytes, at, padding, paddingEnd, sequence)
    for (const tlv of tlvs) this.#writeTlv(bytes, at, tlv, number)
  }

  /** Writes the base packet without its HMAC, or its first `size` octets. */
  writeBase(bytes: Uint8Array, at: number, size: number, sequence: number, sent: Nanos): void {
    const request = this.#request
    this.#clock.set(sent)
    request.sequence = sequence
    request.seconds = this.#clock.seconds
    request.nanos = this.#clock.nanos
    writeRequest(bytes, at, size, this.#layout, request)
  }

  #writeTlv(bytes: Uint8Array, at: number, { name, type, at: tlv, value, end }: PlacedTlv, number: number): void {
    writeTlvHeader(bytes, at + tlv, type, end - value)
    if (name === 'padding') return
    bytes.fill(0, at + value, at + end)
    if (name === 'cos') writeClassOfService(bytes, at + value, this.#cos)
    else if (name === 'direct') writeDirectCount(bytes, at + value, 'sent', number)
    else if (name === 'hmac' && this.#mac !== undefined)
      writeTlvMac(bytes, at, at + this.#layout.size, at + tlv, this.#mac)
  }
}
