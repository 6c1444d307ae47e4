import type { Inbox } from '../machine.ts'
import { BASE_SIZE } from '../../wire/stamp/packet.ts'
import { TLV_FLAG, TLV_HEADER, TLV_TYPE } from '../../wire/stamp/tlv.ts'
import type { ReflectionTimes } from './reflection-times.ts'
import { countReplies, type Session } from './session-table.ts'

/** In the word with the error estimate of T1 and the SSID. */
const MULTIPLIER = 0x00ff_0000
const SSID = 0xffff
/** The header of an Extra Padding TLV without its length, as a sender writes it. */
const PADDING = ((TLV_FLAG.unrecognized << 24) | (TLV_TYPE.extraPadding << 16)) >>> 0

/**
 * Reflects the requests of a row all at once, if they are plain: unauthenticated, with a whole base packet and zeros in the place of T2, and
 * no TLV but one of Extra Padding. Most are. The result is that of `reflect` (src/wire/stamp), in a fraction of the time.
 */
export class PlainRow {
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#bytes.buffer)
  #at = 0
  #size = 0
  #stride = 0

  /** Number of requests in row `m`; 0: they are not all plain. Nothing is changed. */
  begin(inbox: Inbox, m: number): number {
    const { bytes } = inbox
    // Reading the buffer of an array takes longer than the rest of this. The kernel engine has one array for all rows.
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    const at = (this.#at = inbox.at[m] ?? 0)
    const size = (this.#size = inbox.size[m] ?? 0)
    const stride = (this.#stride = inbox.stride[m] ?? 0)
    const end = at + size
    const view = this.#view
    let count = 0
    for (let one = at; one < end; one += stride, count++) {
      const length = Math.min(stride, end - one)
      if (length < BASE_SIZE || (view.getUint32(one + 12) & MULTIPLIER) === 0) return 0
      if (view.getUint32(one + 16) !== 0 || view.getUint32(one + 20) !== 0) return 0
      if (length > BASE_SIZE && !isPadding(view, one + BASE_SIZE, end - one, length)) return 0
    }
    return count
  }

  /**
   * Turns the requests of the row of `begin` into replies.
   * @param errorEstimate of T2 and T3
   * @param ttl of the requests; 255: not known
   * @param sessionOf the session of the row with this identifier, which numbers its replies; absent: they have the numbers of their requests
   */
  reflect(times: ReflectionTimes, errorEstimate: number, ttl: number, sessionOf?: (ssid: number) => Session): void {
    const { received, sent } = times
    const view = this.#view
    const end = this.#at + this.#size
    const stride = this.#stride
    const upper = (errorEstimate << 16) >>> 0
    // Nearly all requests of a row are of one session, which is looked up and counted once.
    let session: Session | undefined
    let ssid = -1
    let next = 0
    for (let at = this.#at; at < end; at += stride) {
      const sequence = view.getUint32(at)
      const estimate = view.getUint32(at + 12)
      view.setUint32(at + 24, sequence)
      view.setUint32(at + 28, view.getUint32(at + 4))
      view.setUint32(at + 32, view.getUint32(at + 8))
      view.setUint32(at + 36, estimate & ~SSID)
      view.setUint32(at + 40, ttl << 24)
      if (sessionOf !== undefined) {
        if ((estimate & SSID) !== ssid) {
          if (session !== undefined) countReplies(session, next - session.number, times)
          ssid = estimate & SSID
          session = sessionOf(ssid)
          next = session.number
        }
        view.setUint32(at, next)
        next += 1
      }
      view.setUint32(at + 4, sent.high)
      view.setUint32(at + 8, sent.low)
      view.setUint32(at + 12, upper | (estimate & SSID))
      view.setUint32(at + 16, received.high)
      view.setUint32(at + 20, received.low)
      // The type is known.
      if (Math.min(stride, end - at) > BASE_SIZE) view.setUint8(at + BASE_SIZE, 0)
    }
    if (session !== undefined) countReplies(session, next - session.number, times)
  }
}

/** Whether the octets from `at` on, to the end of a packet of `length` octets, are one Extra Padding TLV. */
function isPadding(view: DataView, at: number, rest: number, length: number): boolean {
  const value = length - BASE_SIZE - TLV_HEADER
  return rest >= BASE_SIZE + TLV_HEADER && view.getUint32(at) === PADDING + value
}
