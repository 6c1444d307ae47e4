import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { bucketDepths, type AnswerCap, type BucketDepths } from '../../../src/base/answer-cap.ts'
import { AnswerCaps } from '../../../src/machines/answer-caps.ts'
import { sourceNetwork, type SourceNetwork } from '../../../src/machines/source-network.ts'

const HERE = sourceNetwork('192.0.2.1')
const caps = (): AnswerCaps => new AnswerCaps(AnswerCaps.memory(7))

interface Attempt {
  /** Microseconds since the previous attempt. */
  readonly pause: number
  readonly bytes: number
  readonly forReceipts: boolean
}

function takenAt(tried: AnswerCaps, bucket: BucketDepths, now: number, tries: number, forReceipts = false): number {
  return Array.from({ length: tries }, () => tried.take(HERE, bucket, 100, forReceipts, now)).filter(Boolean).length
}

/** The content of a bucket in one unit, in exact millionths. */
interface Level {
  readonly rate: bigint
  readonly depth: bigint
  readonly kept: bigint
  now: bigint
}

const MILLION = 1_000_000n

/** Another implementation of the same bucket, which counts down its content. */
class Oracle {
  readonly #levels: readonly Level[]

  constructor({ answers, bytes }: AnswerCap) {
    this.#levels = [levelOf(answers, 2, 1), levelOf(bytes, 4096, 1200)]
  }

  take({ pause, bytes, forReceipts }: Attempt): boolean {
    for (const level of this.#levels) {
      level.now += level.rate * BigInt(pause)
      if (level.now > level.depth) level.now = level.depth
    }
    const costs = [MILLION, BigInt(bytes) * MILLION]
    const fits = this.#levels.every(({ depth, kept, now }, n) => {
      const needed = (costs[n] ?? 0n) + (forReceipts ? 0n : kept)
      return now >= (needed < depth ? needed : depth)
    })
    if (fits) this.#levels.forEach((level, n) => (level.now -= costs[n] ?? 0n))
    return fits
  }
}

function levelOf(rate: number | undefined, least: number, leastKept: number): Level {
  if (rate === undefined) return { rate: 0n, depth: 10n ** 30n, kept: 0n, now: 10n ** 30n }
  const depth = Math.max(least, rate / 10)
  const unit = (value: number): bigint => BigInt(Math.round(value * 1e6))
  return { rate: BigInt(rate), depth: unit(depth), kept: unit(Math.max(leastKept, depth / 10)), now: unit(depth) }
}

describe('a bucket', () => {
  test('gives at once a tenth of a second’s worth, of which a tenth is for receipts requests, then the rate', () => {
    const tried = caps()
    const bucket = bucketDepths({ answers: 1000 })
    expect(takenAt(tried, bucket, 0, 500)).toBe(90)
    expect(takenAt(tried, bucket, 0, 500, true)).toBe(10)
    // Refilled tokens are available to requests first.
    expect(takenAt(tried, bucket, 10 * MILLISECOND, 500)).toBe(0)
    expect(takenAt(tried, bucket, 15 * MILLISECOND, 500)).toBe(5)
    expect(takenAt(tried, bucket, SECOND, 500)).toBe(90)
  })

  test('gives all of the rate to probes without requests', () => {
    const tried = caps()
    const bucket = bucketDepths({ answers: 1000 })
    let taken = 0
    for (let ms = 0; ms < 1000; ms++) taken += takenAt(tried, bucket, ms * MILLISECOND, 20)
    expect(taken).toBe(90 + 999)
  })

  test('of less than ten answers a second gives one to probes and one to requests', () => {
    const tried = caps()
    const bucket = bucketDepths({ answers: 0.5 })
    expect(takenAt(tried, bucket, 0, 3)).toBe(1)
    expect(takenAt(tried, bucket, 0, 3, true)).toBe(1)
    expect(takenAt(tried, bucket, 3.9 * SECOND, 3)).toBe(0)
    expect(takenAt(tried, bucket, 4 * SECOND, 3)).toBe(1)
  })

  test('passes an answer larger than itself, and then waits until the excess has drained', () => {
    const tried = caps()
    const bucket = bucketDepths({ bytes: 10_000 })
    const take = (now: number): boolean => tried.take(HERE, bucket, 65_000, false, now)
    expect([0, 1, 6.4, 6.5, 6.6, 12.9, 13].map(seconds => take(seconds * SECOND))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ])
  })

  test('counts nothing twice if the clocks of two threads differ slightly', () => {
    const memory = AnswerCaps.memory(7)
    const [one, other] = [new AnswerCaps(memory, 5 * SECOND), new AnswerCaps(memory, 0)]
    const bucket = bucketDepths({ answers: 1000 })
    expect(takenAt(one, bucket, 0, 500)).toBe(90)
    expect(takenAt(other, bucket, 5 * SECOND, 500)).toBe(0)
    expect(takenAt(other, bucket, 5 * SECOND - 5 * MILLISECOND, 500)).toBe(0)
    expect(takenAt(one, bucket, 2 * MILLISECOND, 500)).toBe(2)
  })
})

const attempts = fc.array(
  fc.record({
    pause: fc.oneof(fc.nat(300), fc.nat(20_000)),
    bytes: fc.oneof(fc.nat(1500), fc.nat(65_507)),
    forReceipts: fc.boolean(),
  }),
  { minLength: 1, maxLength: 300 },
)
const cap = fc.record(
  { answers: fc.integer({ min: 1, max: 5000 }), bytes: fc.integer({ min: 1, max: 4_000_000 }) },
  { requiredKeys: [] },
)

test('equals another implementation in exact integers', () => {
  fc.assert(
    fc.property(cap, attempts, (limits, tries) => {
      const [tried, bucket, oracle] = [caps(), bucketDepths(limits), new Oracle(limits)]
      let now = 0
      for (const attempt of tries) {
        now += attempt.pause * 1000
        const taken = tried.take(HERE, bucket, attempt.bytes, attempt.forReceipts, now)
        expect(taken).toBe(oracle.take(attempt))
      }
    }),
    { numRuns: 300 },
  )
})

describe('forged sources', () => {
  /** Networks of both families alternately. */
  const forged = (n: number): SourceNetwork =>
    n % 2 === 0 ? { high: 0, low: (n << 8) | 4 } : { high: 0x20010db8, low: (n << 8) | 6 }

  test('do not refill the bucket of another network by evicting it', () => {
    const tried = caps()
    const bucket = bucketDepths({ answers: 1000 })
    expect(takenAt(tried, bucket, 0, 500)).toBe(90)
    for (let n = 0; n < 200_000; n++)
      for (let again = 0; again < 3; again++) tried.take(forged(n), bucket, 100, false, MILLISECOND)
    // The network that has its slot now inherits the used amount: at most that of the fullest bucket of its set.
    expect(takenAt(tried, bucket, MILLISECOND, 500)).toBeLessThanOrEqual(90)
    expect(takenAt(tried, bucket, MILLISECOND, 500)).toBe(0)
  })

  test('get in total no more than the buckets in memory', () => {
    const tried = caps()
    const bucket = bucketDepths({ answers: 10 })
    let taken = 0
    for (let n = 0; n < 300_000; n++) if (tried.take(forged(n), bucket, 100, false, 0)) taken += 1
    expect(taken).toBeLessThanOrEqual(65_536)
    expect(taken).toBeGreaterThan(60_000)
  })

  test('do not affect others', () => {
    const tried = caps()
    const bucket = bucketDepths({ answers: 1000, bytes: 2_097_152 })
    let answered = 0
    // 100 000 networks a second, one datagram each; every millisecond one of an honest host.
    for (let n = 0; n < 100_000; n++) {
      tried.take(forged(n), bucket, 1000, false, n * 10_000)
      if (n % 100 === 0 && tried.take(HERE, bucket, 1000, false, n * 10_000)) answered += 1
    }
    expect(answered).toBe(1000)
  })
})

test('the bucket for all networks is separate from those of the networks', () => {
  const tried = caps()
  const [all, each] = [bucketDepths({ answers: 200 }), bucketDepths({ answers: 100 })]
  expect(takenAt(tried, each, 0, 50)).toBe(9)
  const taken = Array.from({ length: 50 }, () => tried.takeOfAll(all, 100, false, 0)).filter(Boolean).length
  expect(taken).toBe(18)
})
