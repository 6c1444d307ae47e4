import { readUint32, writeUint32 } from '../big-endian.ts'
import { nearestNanosOfNtp, ntpFraction, ntpSeconds, unixSecondsOfNtp } from '../ntp-time.ts'

/**
 * Formats of the eight octets of a timestamp: the NTP timestamp format (RFC 5905 section 6), or the truncated PTP timestamp (RFC 8762 section
 * 4.2.1, RFC 8186). The bit Z of the error estimate beside it selects one.
 */
export type TimestampFormat = 'ntp' | 'ptp'

/** Real time (UTC) since 1970. The hot path reuses one. */
export interface Moment {
  seconds: number
  /** 0…999 999 999 */
  nanos: number
}

/** PTP counts TAI (IEEE 1588-2019 section 7.2), which has been this many seconds ahead of UTC since 1 January 2017 (IERS Bulletin C 52). */
const TAI_AHEAD = 37

/**
 * Writes the eight octets of a timestamp.
 * @param seconds whole seconds since 1970 (UTC)
 * @param nanos 0…999 999 999
 */
export function writeTimestamp(
  bytes: Uint8Array,
  at: number,
  format: TimestampFormat,
  seconds: number,
  nanos: number,
): void {
  writeUint32(bytes, at, secondsWord(format, seconds))
  writeUint32(bytes, at + 4, fractionWord(format, nanos))
}

/** The first four octets of a timestamp. */
export function secondsWord(format: TimestampFormat, seconds: number): number {
  return format === 'ntp' ? ntpSeconds(seconds) : (seconds + TAI_AHEAD) >>> 0
}

/** The last four octets of a timestamp. */
export function fractionWord(format: TimestampFormat, nanos: number): number {
  return format === 'ntp' ? ntpFraction(nanos) : nanos
}

/**
 * Reads the eight octets of a timestamp into `moment`. The 32 bits of PTP seconds count from 1970, which holds until 2106.
 * @returns false if they are no time: all zero, or PTP nanoseconds of a second or more; then `moment` is unchanged
 */
export function readTimestamp(bytes: Uint8Array, at: number, format: TimestampFormat, moment: Moment): boolean {
  const high = readUint32(bytes, at)
  const low = readUint32(bytes, at + 4)
  if (high === 0 && low === 0) return false
  if (format === 'ntp') {
    moment.seconds = unixSecondsOfNtp(high)
    moment.nanos = nearestNanosOfNtp(low)
    return true
  }
  if (low > 999_999_999) return false
  moment.seconds = high - TAI_AHEAD
  moment.nanos = low
  return true
}
