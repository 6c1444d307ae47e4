import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nanosOfNtp, nearestNanosOfNtp, ntpFraction, ntpSeconds, unixSecondsOfNtp } from '../../../src/wire/ntp-time.ts'

const NANOS = fc.oneof(fc.constantFrom(0, 1, 499_999_999, 500_000_000, 999_999_999), fc.nat(999_999_999))
const WORD = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff))

test('a fraction is floor(ns·2^32/10^9), as in whole numbers', () => {
  fc.assert(
    fc.property(NANOS, nanos => {
      expect(BigInt(ntpFraction(nanos))).toBe((BigInt(nanos) << 32n) / 1_000_000_000n)
    }),
    { numRuns: 20_000 },
  )
})

test('the nanoseconds of a fraction are rounded down, as in whole numbers', () => {
  fc.assert(
    fc.property(WORD, fraction => {
      expect(BigInt(nanosOfNtp(fraction))).toBe((BigInt(fraction) * 1_000_000_000n) >> 32n)
    }),
    { numRuns: 20_000 },
  )
})

test('the nearest nanoseconds are those from which a fraction was made', () => {
  fc.assert(
    fc.property(NANOS, nanos => {
      expect(nearestNanosOfNtp(ntpFraction(nanos))).toBe(nanos)
    }),
  )
  expect(nearestNanosOfNtp(0xffffffff)).toBe(999_999_999)
})

test.each([
  // RFC 5905 figure 4.
  ['First day UNIX', '1970-01-01T00:00:00Z', 2_208_988_800],
  ['First day UTC', '1972-01-01T00:00:00Z', 2_272_060_800],
  ['Last day 20th century', '1999-12-31T00:00:00Z', 3_155_587_200],
  ['Last second of era 0', '2036-02-07T06:28:15Z', 0xffffffff],
  ['First day NTP Era 1', '2036-02-07T06:28:16Z', 0],
  ['First whole day NTP Era 1', '2036-02-08T00:00:00Z', 63_104],
])('%s', (_, date, seconds) => {
  const unix = Date.parse(date) / 1000
  expect(ntpSeconds(unix)).toBe(seconds)
  expect(unixSecondsOfNtp(seconds)).toBe(unix)
})
