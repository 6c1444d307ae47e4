import { readUint16, readUint32, writeUint16, writeUint32 } from '../big-endian.ts'
import type { ErrorEstimate } from './error-estimate.ts'
import { writeTimestamp, type TimestampFormat } from './timestamp.ts'

/** Offsets of the fields of a base packet, in octets (RFC 8762 figures 2 to 5, RFC 8972 figures 1 to 4). Those of T1 and T3 are the same. */
export interface Layout {
  /** Length of the base packet, and offset of the TLVs. */
  readonly size: number
  readonly sequence: number
  /** T1 in a request, T3 in a reply. */
  readonly timestamp: number
  readonly errorEstimate: number
  /** Session identifier; without one these octets must be zero. */
  readonly ssid: number
  /** T2. This field and those below are of a reply; in a request their octets must be zero. */
  readonly received: number
  readonly senderSequence: number
  /** T1, as the request had it. */
  readonly senderTimestamp: number
  readonly senderErrorEstimate: number
  /** TTL or hop limit with which the request arrived. */
  readonly senderTtl: number
  /** The HMAC of all octets before it, which ends the base packet; -1: none. */
  readonly mac: number
}

/** Length of an unauthenticated base packet. */
export const BASE_SIZE = 44
/** Length of an authenticated base packet. */
export const AUTHENTICATED_SIZE = 112
/** The shortest request of TWAMP-Light: a base packet up to the error estimate (RFC 5357 section 4.1.2). */
export const LIGHT_REQUEST_SIZE = 14
/**
 * The shortest reply of TWAMP-Light: a base packet up to the last field that a reflector copies. The TTL after it, which would make 41 octets
 * (RFC 5357 section 4.2.1), is missing in replies of nokia/twampy.
 */
export const LIGHT_REPLY_SIZE = 38

/** RFC 8762 sections 4.2.1 and 4.3.1. */
const UNAUTHENTICATED: Layout = {
  size: BASE_SIZE,
  sequence: 0,
  timestamp: 4,
  errorEstimate: 12,
  ssid: 14,
  received: 16,
  senderSequence: 24,
  senderTimestamp: 28,
  senderErrorEstimate: 36,
  senderTtl: 40,
  mac: -1,
}

/** RFC 8762 sections 4.2.2 and 4.3.2. */
const AUTHENTICATED: Layout = {
  size: AUTHENTICATED_SIZE,
  sequence: 0,
  timestamp: 16,
  errorEstimate: 24,
  ssid: 26,
  received: 32,
  senderSequence: 48,
  senderTimestamp: 64,
  senderErrorEstimate: 72,
  senderTtl: 80,
  mac: 96,
}

export function layoutOf(isAuthenticated: boolean): Layout {
  return isAuthenticated ? AUTHENTICATED : UNAUTHENTICATED
}

/** The fields of a request. Times are real time (UTC) since 1970. */
export interface Request {
  /** Written modulo 2^32. */
  sequence: number
  seconds: number
  nanos: number
  format: TimestampFormat
  errorEstimate: ErrorEstimate
  /** 1…65535; 0: none. */
  ssid: number
}

/**
 * Writes the first `min(size, layout.size)` octets of a request: its base packet with an HMAC of zeros, or the beginning of it in TWAMP-Light.
 * @param size octets available at `at`
 */
export function writeRequest(bytes: Uint8Array, at: number, size: number, layout: Layout, request: Request): void {
  const whole = size >= layout.size
  const target = whole ? bytes : scratch
  const start = whole ? at : 0
  target.fill(0, start, start + layout.size)
  writeUint32(target, start + layout.sequence, request.sequence)
  writeTimestamp(target, start + layout.timestamp, request.format, request.seconds, request.nanos)
  writeUint16(target, start + layout.errorEstimate, request.errorEstimate)
  writeUint16(target, start + layout.ssid, request.ssid)
  if (!whole) bytes.set(scratch.subarray(0, size), at)
}

/** A whole base packet is made here if only its beginning may be written. */
const scratch = new Uint8Array(AUTHENTICATED_SIZE)

/** What a reflector adds to a request. Times are real time (UTC) since 1970. */
export interface Reflection {
  /** Written modulo 2^32. */
  sequence: number
  /** T3. */
  seconds: number
  nanos: number
  /** T2. */
  receivedSeconds: number
  receivedNanos: number
  /** Of T2 and T3. */
  format: TimestampFormat
  errorEstimate: ErrorEstimate
  /** 255: not known (RFC 8762 section 4.3.1). */
  ttl: number
}

/**
 * Turns the request of `layout.size` octets or more at `at` into its reply, in place: the sequence, T1 and error estimate of the sender move to
 * their fields, the SSID stays, and octets that must be zero are zero. The HMAC is zero, and TLVs are not changed.
 */
export function reflect(bytes: Uint8Array, at: number, layout: Layout, reflection: Reflection): void {
  const { format } = reflection
  const ssid = readUint16(bytes, at + layout.ssid)
  const sequence = readUint32(bytes, at + layout.sequence)
  const high = readUint32(bytes, at + layout.timestamp)
  const low = readUint32(bytes, at + layout.timestamp + 4)
  const estimate = readUint16(bytes, at + layout.errorEstimate)
  bytes.fill(0, at, at + layout.size)
  writeUint32(bytes, at + layout.sequence, reflection.sequence)
  writeTimestamp(bytes, at + layout.timestamp, format, reflection.seconds, reflection.nanos)
  writeUint16(bytes, at + layout.errorEstimate, reflection.errorEstimate)
  writeUint16(bytes, at + layout.ssid, ssid)
  writeTimestamp(bytes, at + layout.received, format, reflection.receivedSeconds, reflection.receivedNanos)
  writeUint32(bytes, at + layout.senderSequence, sequence)
  writeUint32(bytes, at + layout.senderTimestamp, high)
  writeUint32(bytes, at + layout.senderTimestamp + 4, low)
  writeUint16(bytes, at + layout.senderErrorEstimate, estimate)
  bytes[at + layout.senderTtl] = reflection.ttl
}

/** The sequence number of the packet at `at`: the sender's in a request, the reflector's in a reply. */
export function readSequence(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at)
}

/** The error estimate beside T1 of a request or T3 of a reply. */
export function readErrorEstimate(bytes: Uint8Array, at: number, layout: Layout): ErrorEstimate {
  return readUint16(bytes, at + layout.errorEstimate)
}

/** The session identifier; 0: none. */
export function readSsid(bytes: Uint8Array, at: number, layout: Layout): number {
  return readUint16(bytes, at + layout.ssid)
}

/** The sequence number of the sender in the reply at `at`. */
export function readSenderSequence(bytes: Uint8Array, at: number, layout: Layout): number {
  return readUint32(bytes, at + layout.senderSequence)
}
