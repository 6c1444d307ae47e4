import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { ntpFigures, type NtpExchange } from '../../../../src/verdict/query/ntp-figures.ts'
import type { NtpAnswer, RealTime } from '../../../../src/wire/services/answers.ts'
import { ntpAnswer } from './facts.ts'

const B = 1_796_020_266

/**
 * Computed with Python's `fractions.Fraction`, t1 to t4 in seconds, rho (1000 ns) and r (500 ns) the precisions, root delay 10 ms and root
 * dispersion 3 ms:
 *
 *     offset = ((t2 - t1) + (t3 - t4)) / 2
 *     delay = (t4 - t1) - (t3 - t2)
 *     error = abs(delay) / 2 + r + rho
 *     distance = max(F(5, 1000), rootdelay + delay) / 2 + rootdisp + r + rho + F(15, 10**6) * (t4 - t1)
 */
const VECTORS: readonly (readonly [
  name: string,
  times: readonly (readonly [seconds: number, nanos: number])[],
  figures: readonly [offset: number, error: number, delay: number, distance: number],
])[] = [
  [
    'both directions take as long',
    [
      [B, 123_456_789],
      [B, 223_956_789],
      [B, 224_956_789],
      [B, 125_456_789],
    ],
    [100_000_000, 501_500, 1_000_000, 8_501_530],
  ],
  [
    'a clock that is behind, across a second',
    [
      [B, 999_999_999],
      [B - 3, 500_000_000],
      [B - 3, 500_000_001],
      [B + 1, 7],
    ],
    [-3_500_000_002.5, 1503.5, 7, 8_001_503.500_12],
  ],
  [
    'a clock that is fifty years behind',
    [
      [B, 1],
      [B - 1_577_880_000, 3],
      [B - 1_577_880_000, 5],
      [B, 9],
    ],
    [-1.57788e18, 1503, 6, 8_001_503.000_12],
  ],
  [
    'a negative delay',
    [
      [B, 0],
      [B, 100_000_000],
      [B, 103_000_000],
      [B, 2_000_000],
    ],
    [100_500_000, 501_500, -1_000_000, 7_501_530],
  ],
  [
    'an odd number of nanoseconds',
    [
      [B, 0],
      [B, 1],
      [B, 2],
      [B, 4],
    ],
    [-0.5, 1501.5, 3, 8_001_501.500_06],
  ],
]

function exchangeOf(times: readonly (readonly [number, number])[]): { answer: NtpAnswer; exchange: NtpExchange } {
  const [sentAt, received, sent, answeredAt] = times.map(([seconds, nanos]): RealTime => ({ seconds, nanos }))
  if (sentAt === undefined || received === undefined || sent === undefined || answeredAt === undefined)
    throw new Error('four times')
  return { answer: ntpAnswer({ received, sent }), exchange: { sentAt, answeredAt, clockPrecision: 1000 } }
}

test.each(VECTORS)('%s', (_, times, [offset, offsetError, delay, rootDistance]) => {
  const { answer, exchange } = exchangeOf(times)
  const figures = ntpFigures(answer, exchange)
  expect(figures).toMatchObject({ offset, offsetError, delay, precision: 1500 })
  expect(figures?.rootDistance).toBeCloseTo(rootDistance, 6)
})

describe('an answer without figures', () => {
  const { exchange } = exchangeOf(VECTORS[0]?.[1] ?? [])
  const { received, sent, ...rest } = ntpAnswer()
  test.each<[string, NtpAnswer]>([
    ['a kiss code', ntpAnswer({ kiss: 'RATE', stratum: 0 })],
    ['no time of arrival', { ...rest, ...(sent === undefined ? {} : { sent }) }],
    ['no time of sending', { ...rest, ...(received === undefined ? {} : { received }) }],
  ])('%s', (_, answer) => {
    expect(ntpFigures(answer, exchange)).toBeUndefined()
  })
})

const NS = 1_000_000_000n
const nanosOf = ({ seconds, nanos }: RealTime): bigint => BigInt(seconds) * NS + BigInt(nanos)
const timeOf = (nanos: bigint): RealTime => ({ seconds: Number(nanos / NS), nanos: Number(nanos % NS) })

test('the true offset is always within the error bound, whatever the two directions took', () => {
  // Up to 100 years from our clock, and up to a minute in each direction and in the server.
  const span = fc.bigInt({ min: 0n, max: 60n * NS })
  const property = fc.property(
    fc.bigInt({ min: 1_700_000_000n * NS, max: 2_000_000_000n * NS }),
    fc.bigInt({ min: -1_600_000_000n * NS, max: 3_100_000_000n * NS }),
    fc.tuple(span, span, span),
    (start, offset, [forward, dwell, back]) => {
      const [sentAt, answeredAt] = [timeOf(start), timeOf(start + forward + dwell + back)]
      const received = timeOf(start + forward + offset)
      const sent = timeOf(nanosOf(received) + dwell)
      const figures = ntpFigures(ntpAnswer({ received, sent }), { sentAt, answeredAt, clockPrecision: 1000 })
      if (figures === undefined) throw new Error('no figures')
      expect(figures.delay).toBe(Number(forward + back))
      // A double of more than 2^53 ns is exact to 512 ns, which is less than the precisions.
      expect(Math.abs(figures.offset - Number(offset))).toBeLessThanOrEqual(figures.offsetError)
      expect(figures.offset * 2).toBeCloseTo(Number(2n * offset + forward - back), -4)
      if (Math.abs(Number(offset)) < 2 ** 51) expect(figures.offset * 2).toBe(Number(2n * offset + forward - back))
      expect(figures.rootDistance).toBeGreaterThan(3 * MILLISECOND)
    },
  )
  fc.assert(property, { numRuns: 500 })
})
