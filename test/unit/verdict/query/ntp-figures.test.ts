import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NtpAnswer, RealTime } from '../../../../src/wire/services/answers.ts'
import { ntpFigures, type NtpFigures } from '../../../../src/verdict/query/ntp-figures.ts'

const SECOND = 1_000_000_000n

function realTime(nanos: bigint): RealTime {
  const rest = ((nanos % SECOND) + SECOND) % SECOND
  return { seconds: Number((nanos - rest) / SECOND), nanos: Number(rest) }
}

const ANSWER: NtpAnswer = {
  service: 'ntp',
  version: 4,
  leap: 'none',
  stratum: 2,
  precision: 0,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: '192.0.2.1',
}

interface Exchange {
  readonly offset: bigint
  readonly sent: bigint
  readonly forward: bigint
  readonly dwell: bigint
  readonly back: bigint
  /** The smallest step of each clock. */
  readonly ourStep: bigint
  readonly theirStep: bigint
}

function figuresOf({ offset, sent, forward, dwell, back, ourStep, theirStep }: Exchange): NtpFigures {
  const down = (time: bigint, step: bigint): bigint => time - (time % step)
  const arrived = sent + forward + offset
  const figures = ntpFigures(
    {
      ...ANSWER,
      precision: Number(theirStep),
      received: realTime(down(arrived, theirStep)),
      sent: realTime(down(arrived + dwell, theirStep)),
    },
    {
      sentAt: realTime(down(sent, ourStep)),
      answeredAt: realTime(down(sent + forward + dwell + back, ourStep)),
      clockPrecision: Number(ourStep),
    },
  )
  if (figures === undefined) throw new Error('an answer with timestamps has figures')
  return figures
}

describe('an exchange between two clocks whose offset is known', () => {
  const upTo = (max: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max })
  const step = fc.constantFrom(1n, 15n, 1000n, 1_000_000n, 15_600_000n)
  const exchange: fc.Arbitrary<Exchange> = fc.record({
    offset: fc.oneof(
      fc.bigInt({ min: -1_000_000n, max: 1_000_000n }),
      fc.bigInt({ min: -90_000n, max: 90_000n }).map(n => n * SECOND),
    ),
    sent: fc.bigInt({ min: 1_700_000_000n * SECOND, max: 2_500_000_000n * SECOND }),
    forward: fc.oneof(upTo(100_000n), upTo(2n * SECOND)),
    dwell: fc.oneof(upTo(100_000n), upTo(2n * SECOND)),
    back: fc.oneof(upTo(100_000n), upTo(2n * SECOND)),
    ourStep: step,
    theirStep: step,
  })

  test('it is within the error bound, however one-sided the path and coarse the clocks are', () => {
    fc.assert(
      fc.property(exchange, one => {
        const { offset, offsetError } = figuresOf(one)
        expect(Math.abs(offset - Number(one.offset))).toBeLessThanOrEqual(offsetError)
      }),
      { numRuns: 3000 },
    )
  })

  test('the bound is no larger than needed: a path that is wholly one-sided reaches it', () => {
    const clocks = { sent: 1_800_000_000n * SECOND, dwell: 5000n, ourStep: 1n, theirStep: 1n }
    for (const [forward, back] of [
      [4_000_000n, 0n],
      [0n, 4_000_000n],
    ] as const) {
      const { offset, offsetError, delay } = figuresOf({ ...clocks, offset: 7000n, forward, back })
      expect(delay).toBe(4_000_000)
      expect(Math.abs(offset - 7000)).toBe(2_000_000)
      expect(offsetError).toBe(2_000_002)
    }
  })

  test('the delay is that of the path, without the time in the server', () => {
    fc.assert(
      fc.property(exchange, one => {
        const { delay } = figuresOf({ ...one, ourStep: 1n, theirStep: 1n })
        expect(delay).toBe(Number(one.forward + one.back))
      }),
    )
  })
})

describe('no figures', () => {
  const time = realTime(1_800_000_000n * SECOND)
  const exchange = { sentAt: time, answeredAt: time, clockPrecision: 0 }

  test.each([
    ['without the receive timestamp', { ...ANSWER, sent: time }],
    ['without the transmit timestamp', { ...ANSWER, received: time }],
    ['with a kiss code', { ...ANSWER, kiss: 'RATE', stratum: 0, received: time, sent: time }],
  ])('%s', (_, answer) => {
    expect(ntpFigures(answer, exchange)).toBeUndefined()
  })
})

test('the root distance by RFC 5905 appendix A.5.5.2', () => {
  const answer = { ...ANSWER, rootDelay: 20_000_000, rootDispersion: 3_000_000 }
  const at = (nanos: bigint): RealTime => realTime(1_800_000_000n * SECOND + nanos)
  const figures = ntpFigures(
    { ...answer, precision: 1000, received: at(5_000_000n), sent: at(5_000_000n) },
    { sentAt: at(0n), answeredAt: at(10_000_000n), clockPrecision: 2000 },
  )
  // (20 ms + 10 ms) / 2 + 3 ms + 3 µs + 15 ppm of 10 ms
  expect(figures?.rootDistance).toBeCloseTo(15_000_000 + 3_000_000 + 3000 + 150, 3)
})

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

test.each(VECTORS)('%s', (_, times, [offset, offsetError, delay, rootDistance]) => {
  const [sentAt, received, sent, answeredAt] = times.map(([seconds, nanos]): RealTime => ({ seconds, nanos }))
  if (sentAt === undefined || received === undefined || sent === undefined || answeredAt === undefined)
    throw new Error('four times')
  const answer = { ...ANSWER, precision: 500, rootDelay: 10_000_000, rootDispersion: 3_000_000, received, sent }
  const figures = ntpFigures(answer, { sentAt, answeredAt, clockPrecision: 1000 })
  expect(figures).toMatchObject({ offset, offsetError, delay, precision: 1500 })
  expect(figures?.rootDistance).toBeCloseTo(rootDistance, 6)
})
