import { readUint32, writeUint32 } from '../../wire/big-endian.ts'
import { BASE_SIZE } from '../../wire/stamp/packet.ts'
import { TLV_FLAG, TLV_HEADER, TLV_TYPE } from '../../wire/stamp/tlv.ts'
import type { ReflectionTimes } from './reflection-times.ts'

/** Of an error estimate in the first half of a word. */
const MULTIPLIER = 0x00ff_0000
const ERROR_ESTIMATE = 0xffff_0000
/** Where a request has zeros and a reply has T2 and the sender's fields. */
const RECEIVED = 16

/**
 * Whether a datagram is an unauthenticated request that has a whole base packet with zeros in the place of T2, and no TLV but one of Extra
 * Padding. Most requests are.
 */
export function isPlainRequest(bytes: Uint8Array, at: number, size: number): boolean {
  if (size < BASE_SIZE || (readUint32(bytes, at + 12) & MULTIPLIER) === 0) return false
  if (readUint32(bytes, at + RECEIVED) !== 0 || readUint32(bytes, at + RECEIVED + 4) !== 0) return false
  if (size === BASE_SIZE) return true
  const rest = size - BASE_SIZE - TLV_HEADER
  return (
    readUint32(bytes, at + BASE_SIZE) === ((TLV_FLAG.unrecognized << 24) | (TLV_TYPE.extraPadding << 16) | rest) >>> 0
  )
}

/**
 * Turns a plain request into its reply: the same as `reflect` of src/wire/stamp, with times and error estimate made once for a row.
 * @param sequence of the reply
 * @param ttl of the request; 255: not known
 */
export function reflectPlain(
  bytes: Uint8Array,
  at: number,
  size: number,
  sequence: number,
  errorEstimate: number,
  { received, sent }: ReflectionTimes,
  ttl: number,
): void {
  const senderSequence = readUint32(bytes, at)
  const high = readUint32(bytes, at + 4)
  const low = readUint32(bytes, at + 8)
  const estimate = readUint32(bytes, at + 12)
  writeUint32(bytes, at, sequence)
  writeUint32(bytes, at + 4, sent.high)
  writeUint32(bytes, at + 8, sent.low)
  writeUint32(bytes, at + 12, ((errorEstimate << 16) | (estimate & 0xffff)) >>> 0)
  writeUint32(bytes, at + 16, received.high)
  writeUint32(bytes, at + 20, received.low)
  writeUint32(bytes, at + 24, senderSequence)
  writeUint32(bytes, at + 28, high)
  writeUint32(bytes, at + 32, low)
  writeUint32(bytes, at + 36, (estimate & ERROR_ESTIMATE) >>> 0)
  writeUint32(bytes, at + 40, (ttl << 24) >>> 0)
  // Extra Padding is known.
  if (size > BASE_SIZE) bytes[at + BASE_SIZE] = 0
}
