import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../src/base/duration.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['200us', 200_000],
  ['200µs', 200_000],
  ['200μs', 200_000],
  ['20ms', 20e6],
  ['20 ms', 20e6],
  ['1.5s', 1.5e9],
  ['.5s', 0.5e9],
  ['1.001s', 1.001e9],
  ['1m30s', 90e9],
  ['1m 30s', 90e9],
  ['2h', 7200e9],
  ['1h2m3s4ms5us', 3_723_004_005_000],
  ['0', 0],
  [0, 0],
  ['0ms', 0],
])('%s is %d ns', (text, nanos) => {
  expect(parseDuration(text, '--interval')).toBe(nanos)
})

test('nanoseconds only where a measured time is compared', () => {
  expect(parseDuration('250ns', 'value', { allowNanos: true })).toBe(250)
  expect(refused(() => parseDuration('250ns', '--interval'))).toBe(
    '--interval cannot be "250ns": no timer is as fine as nanoseconds (write 200us or 20ms)',
  )
})

test.each([
  ['20', '--interval cannot be "20": the unit is missing (did you mean 20ms or 20s?)'],
  [20, '--interval cannot be 20: the unit is missing (did you mean 20ms or 20s?)'],
  ['1.5', '--interval cannot be "1.5": the unit is missing (did you mean 1.5ms or 1.5s?)'],
  ['-20ms', '--interval cannot be "-20ms": a duration is not negative (write 20ms or 1.5s)'],
  ['', '--interval cannot be "": it is not a number with a unit of time (write 20ms or 1.5s)'],
  ['soon', '--interval cannot be "soon": it is not a number with a unit of time (write 20ms or 1.5s)'],
  ['10ms junk 3s', '--interval cannot be "10ms junk 3s": it is not a number with a unit of time (write 20ms or 1.5s)'],
  [
    '5 parsecs',
    '--interval cannot be "5 parsecs": "parsecs" is not a unit of time (us, ms, s, m, h) (write 20ms or 1.5s)',
  ],
  ['1M', '--interval cannot be "1M": "M" is not a unit of time (us, ms, s, m, h) (write 20ms or 1.5s)'],
  ['30s1m', '--interval cannot be "30s1m": its units do not go from large to small (write 1m30s or 1.5s)'],
  ['1s1s', '--interval cannot be "1s1s": its units do not go from large to small (write 1m30s or 1.5s)'],
  ['0.0001us', '--interval cannot be "0.0001us": it is finer than a nanosecond (write 20ms or 1.5s)'],
  ['9999h', '--interval cannot be "9999h": it is longer than 104 days (write 24h or 1.5s)'],
  [
    '5\u001b[2J',
    '--interval cannot be "5\\x1b[2J": "\\x1b[" is not a unit of time (us, ms, s, m, h) (write 20ms or 1.5s)',
  ],
])('%j is refused', (text, message) => {
  expect(refused(() => parseDuration(text, '--interval'))).toBe(message)
})

test.each([
  [0, '0 s'],
  [412, '412 ns'],
  [412.3, '412 ns'],
  [412_000, '412 µs'],
  [38_123_456, '38.1 ms'],
  [20e6, '20 ms'],
  [999_600, '1.00 ms'],
  [1.25e9, '1.25 s'],
  [1e9, '1 s'],
  [59.94e9, '59.9 s'],
  [59.96e9, '1m'],
  [90e9, '1m30s'],
  [3599.6e9, '1h'],
  [7500e9, '2h5m'],
  [-38_123_456, '-38.1 ms'],
  [Infinity, 'forever'],
  [NaN, 'unknown'],
])('%d ns is shown as %s', (nanos, text) => {
  expect(formatDuration(nanos)).toBe(text)
})

test('what formatDuration writes, parseDuration reads, within rounding', () => {
  const nanos = fc.oneof(fc.nat({ max: 1_000_000 }), fc.nat({ max: 9e15 }))
  fc.assert(
    fc.property(nanos, span => {
      const read = parseDuration(formatDuration(span), 'duration', { allowNanos: true })
      expect(Math.abs(read - span)).toBeLessThanOrEqual(span * 0.0084)
    }),
  )
})

test('any text gives whole nanoseconds or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(typedText, fc.double()), fc.boolean(), (text, allowNanos) => {
      const outcome = attempt(() => parseDuration(text, 'duration', { allowNanos }))
      if ('value' in outcome) expect(Number.isSafeInteger(outcome.value) && outcome.value >= 0).toBe(true)
    }),
  )
})
