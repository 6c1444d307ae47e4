import type { TimestampFormat } from './timestamp.ts'

/**
 * The 16 bits beside a timestamp: S, Z, Scale (6), Multiplier (8) (RFC 4656 section 4.1.2, RFC 8186 section 2.3). The error of the timestamp is
 * Multiplier·2^(Scale−32) seconds.
 */
export type ErrorEstimate = number

const SYNCHRONIZED = 0x8000
const PTP = 0x4000
const MAX_MULTIPLIER = 0xff
const MAX_SCALE = 0x3f

/**
 * @param isUtc the clock is synchronized to UTC by an external source
 * @param error in seconds, above 0: rounded up to the next value that the smallest possible Scale allows
 */
export function errorEstimate(isUtc: boolean, format: TimestampFormat, error: number): ErrorEstimate {
  let scale = 0
  let multiplier = error * 2 ** 32
  while (Math.ceil(multiplier) > MAX_MULTIPLIER && scale < MAX_SCALE) {
    scale += 1
    multiplier /= 2
  }
  // A multiplier of 0 is forbidden (RFC 4656 section 4.1.2).
  const whole = Math.max(1, Math.min(MAX_MULTIPLIER, Math.ceil(multiplier)))
  return (isUtc ? SYNCHRONIZED : 0) | (format === 'ptp' ? PTP : 0) | (scale << 8) | whole
}

export function isSynchronized(estimate: ErrorEstimate): boolean {
  return (estimate & SYNCHRONIZED) !== 0
}

/** The format of the timestamps that it is about. */
export function formatOf(estimate: ErrorEstimate): TimestampFormat {
  return (estimate & PTP) === 0 ? 'ntp' : 'ptp'
}

/** Whether its multiplier is not 0, which is forbidden: such a packet should be treated as corrupt (RFC 4656 section 4.1.2). */
export function isValidEstimate(estimate: ErrorEstimate): boolean {
  return (estimate & MAX_MULTIPLIER) !== 0
}

/** The error in seconds. */
export function errorSeconds(estimate: ErrorEstimate): number {
  return (estimate & MAX_MULTIPLIER) * 2 ** (((estimate >>> 8) & MAX_SCALE) - 32)
}
