import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { seeded } from '../../../src/base/random.ts'
import type { Copy } from '../../../src/machines/impairment-effects.ts'
import type { ImpairmentRule } from '../../../src/facts/impairment-rule.ts'
import { Impairments } from '../../../src/machines/impairments.ts'

const BYTES = Uint8Array.from({ length: 100 }, (_, n) => n)

function impairments(rules: readonly ImpairmentRule[], seed: string | number = 1, headers: 28 | 48 = 28): Impairments {
  return new Impairments({ rules, random: seeded(seed), headers, start: 0 })
}

/** The fates of this many datagrams, one each ms. */
function passed(rules: readonly ImpairmentRule[], count: number, bytes = BYTES): (readonly Copy[])[] {
  const all = impairments(rules)
  return Array.from({ length: count }, (_, n) => all.pass(bytes, n * MILLISECOND))
}

const lostOf = (all: readonly (readonly Copy[])[]): number[] =>
  all.flatMap((copies, n) => (copies.some(copy => copy.lost) ? [n] : []))

test('no rules: the datagram itself, immediately', () => {
  expect(impairments([]).pass(BYTES, 5)).toEqual([{ bytes: BYTES, delay: 0, done: [], lost: false }])
  expect(impairments([]).pass(BYTES, 5)[0]?.bytes).toBe(BYTES)
})

describe('drops', () => {
  test('drop', () => {
    expect(lostOf(passed([{ rule: 'drop', ratio: 0 }], 100))).toEqual([])
    expect(lostOf(passed([{ rule: 'drop', ratio: 1 }], 100))).toHaveLength(100)
    const half = lostOf(passed([{ rule: 'drop', ratio: 0.5 }], 2000)).length
    expect(half).toBeGreaterThan(900)
    expect(half).toBeLessThan(1100)
  })

  test('every n-th', () => {
    expect(lostOf(passed([{ rule: 'dropEvery', every: 10 }], 35))).toEqual([9, 19, 29])
  })

  test('bursts have their length', () => {
    const lost = lostOf(passed([{ rule: 'dropBurst', length: 3, ratio: 0.02 }], 3000))
    const runs = lost
      .filter(n => !lost.includes(n - 1))
      .map(
        first =>
          lost.filter(n => n >= first && lost.slice(lost.indexOf(first), lost.indexOf(n) + 1).length === n - first + 1)
            .length,
      )
    expect(runs.length).toBeGreaterThan(20)
    expect(runs.every(length => length % 3 === 0 || lost.includes(2999))).toBe(true)
  })

  test('the Gilbert model’s mean loss is p/(p+r)', () => {
    const lost = lostOf(passed([{ rule: 'dropGilbert', toBad: 0.02, toGood: 0.2 }], 20_000)).length
    expect(Math.abs(lost / 20_000 - 0.02 / 0.22)).toBeLessThan(0.02)
  })

  test('a packet above the MTU, headers counted', () => {
    for (const [headers, size] of [
      [28, 1472],
      [48, 1452],
    ] as const) {
      const all = impairments([{ rule: 'mtu', size: 1500 }], 1, headers)
      expect(all.pass(new Uint8Array(size), 0)).toMatchObject([{ lost: false, done: [] }])
      expect(all.pass(new Uint8Array(size + 1), 0)).toMatchObject([{ lost: true, done: ['tooBig'] }])
    }
  })

  test('a blackout', () => {
    expect(lostOf(passed([{ rule: 'blackout', length: 3 * MILLISECOND, start: 5 * MILLISECOND }], 20))).toEqual([
      5, 6, 7,
    ])
  })
})

describe('changes', () => {
  test('a copy', () => {
    const [first, second, ...more] = impairments([{ rule: 'duplicate', ratio: 1 }]).pass(BYTES, 0)
    expect([first?.done, second?.done, more]).toEqual([[], ['duplicated'], []])
  })

  test('truncation cuts only longer datagrams', () => {
    const all = impairments([{ rule: 'truncate', length: 40, ratio: 1 }])
    expect(all.pass(BYTES, 0)).toMatchObject([{ bytes: BYTES.subarray(0, 40), done: ['truncated'] }])
    expect(all.pass(BYTES.subarray(0, 40), 0)).toMatchObject([{ done: [] }])
  })

  test('corruption flips one bit, never 0x20, and leaves the original', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.integer(), (bytes, seed) => {
        const original = bytes.slice()
        const [copy] = impairments([{ rule: 'corrupt', ratio: 1 }], seed).pass(bytes, 0)
        expect(bytes).toEqual(original)
        const changes = [...original].map((byte, n) => byte ^ (copy?.bytes[n] ?? 0)).filter(change => change !== 0)
        expect(changes).toHaveLength(1)
        expect([1, 2, 4, 8, 16, 64, 128]).toContain(changes[0])
      }),
    )
    expect(impairments([{ rule: 'corrupt', ratio: 1 }]).pass(new Uint8Array(0), 0)).toMatchObject([
      { done: [], lost: false },
    ])
  })
})

describe('delays', () => {
  test('base and jitter', () => {
    const delays = passed([{ rule: 'delay', base: 20, jitter: 5 }], 500).map(([copy]) => copy?.delay ?? NaN)
    expect([Math.min(...delays), Math.max(...delays)]).toEqual([15, 25])
    const [none] = impairments([{ rule: 'delay', base: 0, jitter: 0 }]).pass(BYTES, 0)
    expect(none?.done).toEqual([])
  })

  test('reordering holds some back', () => {
    const all = passed([{ rule: 'reorder', ratio: 0.3, delay: 35 }], 500).flat()
    expect(new Set(all.map(({ delay }) => delay))).toEqual(new Set([0, 35]))
    expect(all.every(({ delay, done }) => delay > 0 === done.includes('reordered'))).toBe(true)
  })

  test('a rate: one datagram after the other, and the queue is bounded', () => {
    // 100 bytes take 1 ms, and one arrives each 0.5 ms.
    const all = impairments([{ rule: 'rate', bitRate: 800_000, queue: 2 * MILLISECOND }])
    const copies = Array.from({ length: 8 }, (_, n) => all.pass(BYTES, (n * MILLISECOND) / 2)[0])
    expect(copies.map(copy => (copy?.lost === true ? 'lost' : (copy?.delay ?? 0) / MILLISECOND))).toEqual([
      1,
      1.5,
      2,
      2.5,
      3,
      'lost',
      3,
      'lost',
    ])
    expect(copies[5]?.done).toEqual(['queueDropped'])
    expect(all.pass(BYTES, SECOND)).toMatchObject([{ delay: MILLISECOND }])
  })
})

describe('rules together', () => {
  test('left to right: a later rule applies to earlier copies', () => {
    const copies = impairments([
      { rule: 'duplicate', ratio: 1 },
      { rule: 'dropEvery', every: 2 },
      { rule: 'truncate', length: 10, ratio: 1 },
    ]).pass(BYTES, 0)
    expect(copies.map(({ done, lost }) => [done, lost])).toEqual([
      [['truncated'], false],
      [['duplicated', 'dropped'], true],
    ])
  })

  test('a later rule changes nothing before it', () => {
    const drop: ImpairmentRule = { rule: 'drop', ratio: 0.4 }
    expect(lostOf(passed([drop], 200))).toEqual(lostOf(passed([drop, { rule: 'corrupt', ratio: 0.5 }], 200)))
  })

  test('the same seed, the same fates; another seed, others', () => {
    const rules: ImpairmentRule[] = [
      { rule: 'drop', ratio: 0.2 },
      { rule: 'duplicate', ratio: 0.2 },
      { rule: 'corrupt', ratio: 0.2 },
    ]
    expect(passed(rules, 100)).toEqual(passed(rules, 100))
    const other = impairments(rules, 2)
    expect(passed(rules, 100)).not.toEqual(Array.from({ length: 100 }, (_, n) => other.pass(BYTES, n * MILLISECOND)))
  })
})
