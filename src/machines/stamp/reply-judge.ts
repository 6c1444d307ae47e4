import { OUTCOME } from '../../facts/probe-table.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import { readUint16 } from '../../wire/big-endian.ts'
import type { Payload } from '../../wire/payload.ts'
import { isValidEstimate } from '../../wire/stamp/error-estimate.ts'
import { layoutOf, LIGHT_REPLY_SIZE, readErrorEstimate, type Layout } from '../../wire/stamp/packet.ts'
import type { Datagram } from '../datagram.ts'
import type { PacketShapes } from './packet-shape.ts'
import type { PacketWriter } from './packet-writer.ts'
import type { ProbeClock } from './probe-clock.ts'

/**
 * Compares replies with their probes: a reply must have what the sender wrote, in the fields where a reflector copies it, and the length of the
 * request (RFC 8762 section 4.3). Flags and values of TLVs other than Extra Padding may change. `judge` overwrites `outcome` and `detail`.
 */
export class ReplyJudge {
  /** In the terms of the probe table. */
  outcome: number = OUTCOME.whole
  /** Length of a cut reply, or first wrong offset of a wrong one. */
  detail = 0
  readonly #isLight: boolean
  readonly #layout: Layout
  readonly #clock: ProbeClock
  readonly #shapes: PacketShapes
  readonly #payload: Payload
  readonly #writer: PacketWriter
  readonly #expected = new Uint8Array(8)

  constructor(plan: StampPlan, clock: ProbeClock, shapes: PacketShapes, payload: Payload, writer: PacketWriter) {
    this.#isLight = plan.isLight
    this.#layout = layoutOf(plan.isAuthenticated)
    this.#clock = clock
    this.#shapes = shapes
    this.#payload = payload
    this.#writer = writer
  }

  /**
   * Judges a reply that reaches at least to the end of the copied timestamp. The clock is set to when the probe was sent.
   * @param size of the probe
   * @param isNumbered whether the copied sequence number is that of the probe
   */
  judge(reply: Datagram, size: number, sequence: number, isNumbered: boolean): void {
    const { size: got } = reply
    let wrong = this.#wrongInBase(reply, isNumbered)
    if (wrong < 0 && !this.#isLight) {
      wrong = this.#wrongInTlvs(reply, size, sequence)
      if (wrong < 0 && got > size) wrong = size
    }
    if (wrong >= 0) {
      this.outcome = OUTCOME.wrong
      this.detail = Math.min(wrong, 0xffff)
      return
    }
    const isCut = got < (this.#isLight ? LIGHT_REPLY_SIZE : size)
    this.outcome = isCut ? OUTCOME.cut : OUTCOME.whole
    this.detail = isCut ? got : 0
  }

  /** The first wrong offset; -1: none. */
  #wrongInBase({ bytes, at, size: got }: Datagram, isNumbered: boolean): number {
    const layout = this.#layout
    // RFC 4656 section 4.1.2: a packet with Multiplier 0 should be treated as corrupt.
    if (!isValidEstimate(readErrorEstimate(bytes, at, layout))) return layout.errorEstimate
    if (!isNumbered) return layout.senderSequence
    const expected = this.#expected
    this.#clock.write(expected)
    for (let i = 0; i < 8; i++)
      if (bytes[at + layout.senderTimestamp + i] !== expected[i]) return layout.senderTimestamp + i
    const end = layout.senderErrorEstimate
    if (got < end + 2 || readUint16(bytes, at + end) === this.#writer.estimate) return -1
    return bytes[at + end] === this.#writer.estimate >>> 8 ? end + 1 : end
  }

  #wrongInTlvs({ bytes, at, size: got }: Datagram, size: number, sequence: number): number {
    const { tlvs, padding, paddingEnd } = this.#shapes.of(size)
    for (const { type, at: tlv, value, end } of tlvs) {
      if (tlv + 1 < got && bytes[at + tlv + 1] !== type) return tlv + 1
      if (tlv + 3 < got && readUint16(bytes, at + tlv + 2) !== end - value) return tlv + 2
    }
    const last = Math.min(paddingEnd, got)
    return padding < last ? this.#payload.differsAt(bytes, at, padding, last, sequence) : -1
  }
}
