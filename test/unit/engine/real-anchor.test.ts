import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import { anchorRealTime, type Clocks } from '../../../src/engine/real-anchor.ts'

/** Real time minus monotonic time of the simulated machine, ns. */
const BEGIN = 1_796_061_209_722_687_613n

/** A machine on which each reading of a clock takes `cost()` ns, and where both clocks run alike. */
function machine(begin: bigint, cost: () => number): Clocks {
  let time = 0
  const spend = (): void => {
    time += cost()
  }
  return {
    now: () => {
      spend()
      const read = time
      spend()
      return read
    },
    realMs: () => {
      spend()
      const read = (begin + BigInt(time)) / 1_000_000n
      spend()
      return Number(read)
    },
  }
}

function nanosOf({ seconds, nanos }: { readonly seconds: number; readonly nanos: number }): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos)
}

function distance(one: bigint, other: bigint): number {
  return Math.abs(Number(one - other))
}

test('on a free machine real time is known to a fraction of a microsecond', () => {
  const anchor = anchorRealTime(machine(BEGIN, () => 40))
  expect(anchor.error).toBeLessThan(200)
  for (const moment of [0, 123_456_789, 5e12]) {
    expect(distance(nanosOf(anchor.at(moment)), BEGIN + BigInt(moment))).toBeLessThanOrEqual(anchor.error)
  }
})

test('whenever this process is suspended, and for how long: the truth is within the error', () => {
  const begins = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n })
  fc.assert(
    fc.property(begins, fc.integer(), fc.integer({ min: 1, max: 30 }), (begin, seed, rarity) => {
      const random = seeded(seed)
      const cost = (): number =>
        20 + random.integer(80) + (random.integer(rarity) === 0 ? random.integer(3_000_000) : 0)
      const anchor = anchorRealTime(machine(begin, cost))
      const moment = random.integer(2 ** 32)
      expect(distance(nanosOf(anchor.at(moment)), begin + BigInt(moment))).toBeLessThanOrEqual(anchor.error)
    }),
    { numRuns: 300 },
  )
})

test('a machine that is suspended in every reading: the search ends', () => {
  const anchor = anchorRealTime(machine(BEGIN, () => 900_000))
  expect(distance(nanosOf(anchor.at(0)), BEGIN)).toBeLessThanOrEqual(anchor.error)
  expect(anchor.error).toBeGreaterThan(500_000)
})

test.each([-5000, 5000])('a clock that is set by %i ms while it is read is no tick', step => {
  const { now, realMs } = machine(BEGIN, () => 40)
  let readings = 0
  const anchor = anchorRealTime({ now, realMs: () => realMs() + (++readings > 100 ? step : 0) })
  const real = BEGIN + BigInt(step) * 1_000_000n
  expect(distance(nanosOf(anchor.at(0)), real)).toBeLessThanOrEqual(anchor.error)
})
