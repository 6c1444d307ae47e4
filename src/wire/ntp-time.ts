/** From 1900, the first second of era 0, to 1970 (RFC 5905 figure 4). */
const UNIX_EPOCH = 2_208_988_800
const ERA = 2 ** 32
/** Bit 0 of the seconds: set from 20 January 1968 to 7 February 2036 of era 0. */
const HALF_ERA = 2 ** 31
/** 2^32/10^9 is 2^23/5^9: with these factors no product exceeds 2^53, so every result is exact. */
const TWO_TO_23 = 2 ** 23
const FIVE_TO_9 = 5 ** 9

/**
 * The seconds since 1970 of an NTP timestamp (RFC 5905 section 6), which does not contain its era. Seconds with bit 0 set are taken as era 0
 * (from 1968), the others as era 1 (2036 to 2104), as in RFC 4330 section 3. The era nearest to our own clock would be another choice, but a
 * wrong clock here must not change what a peer sent, and this choice holds until 2104.
 */
export function unixSecondsOfNtp(seconds: number): number {
  return seconds + (seconds >= HALF_ERA ? 0 : ERA) - UNIX_EPOCH
}

/** The 32 bits of seconds of a time in whole seconds since 1970. */
export function ntpSeconds(unixSeconds: number): number {
  return (unixSeconds + UNIX_EPOCH) >>> 0
}

/**
 * The 32 bits of fraction of these nanoseconds, rounded down: floor(ns·2^32/10^9).
 * @param nanos 0…999 999 999
 */
export function ntpFraction(nanos: number): number {
  // Quotients of different values differ by 5^-9 or more, and doubles below 2^32 by 2^-21 or less: the division never rounds up to an integer.
  return Math.floor((nanos * TWO_TO_23) / FIVE_TO_9)
}

/** The nanoseconds of a fraction, rounded down. */
export function nanosOfNtp(fraction: number): number {
  return Math.floor((fraction * FIVE_TO_9) / TWO_TO_23)
}

/** The nanoseconds nearest to a fraction, at most 999 999 999: the value from which `ntpFraction` made it. */
export function nearestNanosOfNtp(fraction: number): number {
  return Math.min(999_999_999, Math.round((fraction * FIVE_TO_9) / TWO_TO_23))
}
