/**
 * The wire formats of udptool, as `udptool/wire`: probes, the evidence of a server, receipts, and frames of a stream. All of it works on
 * plain `Uint8Array`s, without a socket, and no hostile bytes make a reader of probes or receipts throw.
 *
 * ```ts
 * import { checkedKind, createPayload, KIND, PROBE_SIZE, writeProbe } from 'udptool/wire'
 *
 * const datagram = new Uint8Array(200)
 * writeProbe(datagram, 0, datagram.length, 7, 0xc0ffee, 0)
 * createPayload('text').write(datagram, 0, PROBE_SIZE, datagram.length, 7)
 * console.log(checkedKind(datagram, 0, datagram.length) === KIND.probe)
 * ```
 *
 * @packageDocumentation
 */
export {
  checkedKind,
  extendSequence,
  hasMagic,
  KIND,
  PROBE_SIZE,
  readLength,
  readRun,
  readSent,
  readSequence,
  writeProbe,
} from './wire/probe.ts'
export { emptySlot, fillSlot, readSlot, slotIsBlank, type Slot } from './wire/evidence.ts'
export { createPayload, type Payload, type PayloadKind } from './wire/payload.ts'
export {
  RECEIPT,
  readReceiptsAnswer,
  readReceiptsRequest,
  writeReceiptsAnswer,
  writeReceiptsRequest,
  type ReceiptsAnswer,
  type ReceiptsRequest,
  type ReceiptsTotals,
} from './wire/receipts.ts'
export {
  encodeFrameHeader,
  FRAME_PREFIX,
  FrameDecoder,
  frameBodySize,
  LARGEST_FRAME_HEADER,
  type FrameHeader,
  type FramePart,
} from './wire/framing.ts'
export { uppercase } from './wire/uppercase.ts'
