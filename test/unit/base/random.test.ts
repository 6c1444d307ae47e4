import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Random, seeded } from '../../../src/base/random.ts'

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next())
}

test('the numbers of a seed are fixed for ever', () => {
  const random = seeded(42)
  expect(Array.from({ length: 6 }, () => random.integer(1_000_000))).toMatchInlineSnapshot(`
    [
      788218,
      89199,
      526612,
      85945,
      734318,
      130748,
    ]
  `)
  expect(seeded('42').fork('up').next()).toMatchInlineSnapshot(`0.5217520698383696`)
})

test('next is in [0, 1) and integer in [0, n)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer()), fc.integer({ min: 1, max: 2 ** 32 }), (seed, n) => {
      const random = seeded(seed)
      const number = random.next()
      const integer = random.integer(n)
      expect(number >= 0 && number < 1).toBe(true)
      expect(Number.isInteger(integer) && integer >= 0 && integer < n).toBe(true)
    }),
  )
})

test.each([0, -1, 1.5, 2 ** 32 + 1, NaN])('integer(%d) is a mistake of the caller', n => {
  expect(() => seeded(1).integer(n)).toThrow(RangeError)
})

describe('uniform', () => {
  test('over tenths of next', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    for (const number of draw(seeded('tenths'), 100_000)) {
      const tenth = Math.floor(number * 10)
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    expect(counts.every(count => Math.abs(count - 10_000) < 500)).toBe(true)
  })

  test('over the faces of a die', () => {
    const random = seeded('die')
    const counts = [0, 0, 0, 0, 0, 0]
    for (let n = 0; n < 60_000; n++) {
      const face = random.integer(6)
      counts[face] = (counts[face] ?? 0) + 1
    }
    expect(counts.every(count => Math.abs(count - 10_000) < 500)).toBe(true)
  })

  test('first numbers of neighbouring seeds', () => {
    const firsts = Array.from({ length: 10_000 }, (_, seed) => seeded(seed).next())
    expect(Math.abs(firsts.reduce((sum, first) => sum + first, 0) / firsts.length - 0.5)).toBeLessThan(0.02)
    expect(new Set(firsts).size).toBe(firsts.length)
  })
})

describe('fork', () => {
  test('is a function of seed and label, whatever was drawn', () => {
    const fresh = seeded(7)
    const used = seeded(7)
    draw(used, 100)
    expect(draw(used.fork('up'), 5)).toEqual(draw(fresh.fork('up'), 5))
  })

  test('differs by label, by seed, by depth and from its parent', () => {
    const streams = [
      seeded(7),
      seeded(7).fork(1),
      seeded(7).fork('1'),
      seeded(7).fork(2),
      seeded(8).fork(1),
      seeded(7).fork(1).fork(1),
    ]
    expect(new Set(streams.map(stream => stream.next())).size).toBe(streams.length)
  })

  test('streams of one seed are not correlated', () => {
    const [a, b] = [draw(seeded(7).fork(1), 10_000), draw(seeded(7).fork(2), 10_000)]
    const covariance = a.reduce((sum, number, n) => sum + (number - 0.5) * ((b[n] ?? 0) - 0.5), 0) / a.length
    expect(Math.abs(covariance * 12)).toBeLessThan(0.05)
  })
})
