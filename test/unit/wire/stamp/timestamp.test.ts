import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTimestamp, writeTimestamp, type TimestampFormat } from '../../../../src/wire/stamp/timestamp.ts'
import { fromHex, inside, toHex } from '../golden.ts'
import { T1 } from './vectors.ts'

function write(format: TimestampFormat, seconds: number, nanos: number): string {
  return toHex(inside(8, (bytes, at) => writeTimestamp(bytes, at, format, seconds, nanos)))
}

function read(format: TimestampFormat, hex: string): unknown {
  const moment = { seconds: -1, nanos: -1 }
  return readTimestamp(fromHex(hex), 0, format, moment) ? moment : 'no time'
}

test('writes the NTP timestamp of the vector', () => {
  expect(write('ntp', T1.seconds, T1.nanos)).toBe('e93c7f001f9add37')
})

test('writes PTP seconds of TAI, 37 s ahead of UTC', () => {
  expect(write('ptp', T1.seconds, T1.nanos)).toBe(
    `${(1_704_067_200 + 37).toString(16)}${(123_456_789).toString(16).padStart(8, '0')}`,
  )
})

test.each(['ntp', 'ptp'] as const)('reads the %s timestamp that it wrote, until 2104', format => {
  fc.assert(
    fc.property(fc.nat(4_000_000_000), fc.nat(999_999_999), (seconds, nanos) => {
      expect(read(format, write(format, seconds, nanos))).toEqual({ seconds, nanos })
    }),
  )
})

test('zero is no time, and PTP has no nanoseconds of a second or more', () => {
  expect(read('ntp', '0000000000000000')).toBe('no time')
  expect(read('ptp', '0000000000000000')).toBe('no time')
  expect(read('ptp', `66666666${(1e9).toString(16)}`)).toBe('no time')
  expect(read('ptp', '66666666ffffffff')).toBe('no time')
})
