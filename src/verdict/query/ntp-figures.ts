import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { NtpAnswer, RealTime } from '../../wire/services/answers.ts'

/** What the timestamps of an exchange say about two clocks, in nanoseconds. */
export interface NtpFigures {
  /** Clock of the server minus ours. */
  readonly offset: Nanos
  /** The true offset differs from `offset` by no more. */
  readonly offsetError: Nanos
  /** Round trip without the time in the server. Negative: the timestamps contradict each other. */
  readonly delay: Nanos
  readonly rootDistance: Nanos
  /** The precisions of both clocks together. */
  readonly precision: Nanos
}

/** Both ends of an exchange by our clock, and its precision. */
export interface NtpExchange {
  readonly sentAt: RealTime
  readonly answeredAt: RealTime
  readonly clockPrecision: Nanos
}

/** The least dispersion, 5 ms (RFC 5905 section 7.2, MINDISP). */
const LEAST_DISPERSION: Nanos = 0.005 * SECOND
/** The tolerance of the frequency of a clock, 15 ppm (RFC 5905 section 7.2, PHI). */
const FREQUENCY_TOLERANCE = 15e-6

/**
 * Offset and delay by RFC 5905 section 8, with T1 sent, T2 received there, T3 sent there, T4 received. Undefined with a kiss code or without
 * the timestamps of the server.
 */
export function ntpFigures(
  answer: NtpAnswer,
  { sentAt, answeredAt, clockPrecision }: NtpExchange,
): NtpFigures | undefined {
  const { kiss, received, sent } = answer
  if (kiss !== undefined || received === undefined || sent === undefined) return undefined
  const roundTrip = nanosOf([sentAt, answeredAt])
  const delay = roundTrip - nanosOf([received, sent])
  const precision = answer.precision + clockPrecision
  // RFC 5905 section 8: the dispersion grows with the time between T1 and T4.
  const dispersion = precision + FREQUENCY_TOLERANCE * Math.max(0, roundTrip)
  return {
    offset: nanosOf([sentAt, received], [answeredAt, sent]) / 2,
    offsetError: Math.abs(delay) / 2 + precision,
    delay,
    // RFC 5905 appendix A.5.5.2, without the jitter and the age of the sample, which a single exchange does not have.
    rootDistance: Math.max(LEAST_DISPERSION, answer.rootDelay + delay) / 2 + answer.rootDispersion + dispersion,
    precision,
  }
}

/**
 * The sum of these spans. Seconds and nanoseconds are added on their own: nanoseconds since 1970 are more than a double holds exactly, and a
 * server whose clock stands in another year makes even a span that long.
 */
function nanosOf(...spans: readonly (readonly [from: RealTime, to: RealTime])[]): Nanos {
  const seconds = spans.reduce((sum, [from, to]) => sum + (to.seconds - from.seconds), 0)
  const nanos = spans.reduce((sum, [from, to]) => sum + (to.nanos - from.nanos), 0)
  return seconds * SECOND + nanos
}
