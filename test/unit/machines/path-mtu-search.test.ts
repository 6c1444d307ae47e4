import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import { SECOND } from '../../../src/base/nanos.ts'
import { PathMtuSearch } from '../../../src/machines/path-mtu-search.ts'
import { IPV4, IPV6, searchOn, type PathModel } from './path-model.ts'

const upTo =
  (mtu: number): PathModel['carries'] =>
  size =>
    size <= mtu

describe('a path with one MTU', () => {
  test.each([
    [1500, 1500, 'local'],
    [1400, 1500, 'icmp'],
    [1280, 1500, 'icmp'],
    [9000, 9000, 'local'],
    [1500, 9000, 'icmp'],
    [576, 1500, 'icmp'],
    [68, 1500, 'icmp'],
    [1397, 65_536, 'icmp'],
  ])('%i behind an interface of %i, routers say so', (mtu, local, limit) => {
    const { search, lasted } = searchOn({ local, carries: upTo(mtu), says: () => mtu })
    expect(search).toMatchObject({ confirmed: mtu, limit, phase: 'complete' })
    // Reports of routers and refusals of our own kernel need no timer, except for the base.
    expect(lasted).toBeLessThan(4 * SECOND)
  })

  test.each([
    [1400, 1500],
    [1280, 1500],
    [1500, 9000],
    [576, 1500],
    [1111, 1500],
  ])('%i behind an interface of %i, in silence', (mtu, local) => {
    const { search, times } = searchOn({ local, carries: upTo(mtu) })
    expect(search).toMatchObject({ confirmed: mtu, limit: 'silence', phase: 'complete' })
    // MAX_PROBES, and the same number again to confirm.
    expect(times.get(mtu + 1)).toBeGreaterThanOrEqual(6)
  })

  test('UDP itself is the limit', () => {
    expect(searchOn({ carries: () => true }).search).toMatchObject({ confirmed: 65_535, limit: 'largest' })
    expect(searchOn({ carries: () => true }, IPV6).search).toMatchObject({ confirmed: 65_575, limit: 'largest' })
  })

  test('over IPv6 the search begins at 1280', () => {
    const { search, times } = searchOn({ local: 1500, carries: upTo(1400) }, IPV6)
    expect(search).toMatchObject({ confirmed: 1400, limit: 'silence' })
    expect(Math.min(...times.keys())).toBe(1280)
  })

  test('no answer', () => {
    const { search, probes } = searchOn({ local: 1500, carries: () => false })
    expect(search).toMatchObject({ confirmed: 0, phase: 'disabled' })
    // Three of the base and three of the minimum.
    expect(probes).toBe(6)
  })
})

test('any MTU after any interface, with any routers, is found to the byte', () => {
  const says = fc.oneof(
    fc.constant(undefined),
    fc.constant('right' as const),
    fc.integer({ min: 0, max: 65_535 }),
    fc.constant('one less' as const),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 68, max: 65_535 }),
      fc.integer({ min: 576, max: 65_536 }),
      says,
      (mtu, local, said) => {
        const { search } = searchOn({
          local,
          carries: upTo(mtu),
          says: size => (said === 'right' ? mtu : said === 'one less' ? size - 1 : said),
        })
        expect(search.confirmed).toBe(Math.min(mtu, local, 65_535))
        expect(search.phase).toBe('complete')
      },
    ),
    { numRuns: 500 },
  )
})

describe('wrong ICMP errors', () => {
  test('a forged error for a probe that passed changes nothing', () => {
    const search = new PathMtuSearch(IPV4)
    while (!search.over) {
      for (const size of search.next()) {
        search.tooBig(size, 576)
        // The reply arrives after it.
        if (size <= 1500) search.acknowledged(size)
      }
    }
    expect(search.confirmed).toBe(1500)
  })

  test('too small an MTU is probed, and exceeded', () => {
    const { search } = searchOn({ local: 1500, carries: upTo(1400), says: () => 1300 })
    expect(search).toMatchObject({ confirmed: 1400, limit: 'icmp' })
  })

  test('too large an MTU, below the probed size, does not stop the search there', () => {
    const { search } = searchOn({ local: 1500, carries: upTo(1400), says: size => size - 1 })
    expect(search.confirmed).toBe(1400)
  })

  test.each([
    ['below the minimum that every path carries', 60],
    ['not below the probed size', 1500],
    ['no number', undefined],
  ])('%s: it is no hint, and the probe has failed like a silent one', (_, said) => {
    const search = new PathMtuSearch(IPV4)
    for (const size of search.next()) search.acknowledged(size)
    const [first = 0] = search.next()
    search.tooBig(first, said)
    expect(search.hints).toEqual([])
  })

  test('rate-limited errors: one router error explains missing answers to larger packets', () => {
    const { search } = searchOn({ local: 9000, carries: upTo(1400), says: size => (size === 1420 ? 1400 : undefined) })
    expect(search).toMatchObject({ confirmed: 1400, limit: 'icmp' })
  })

  test('a second bottleneck without errors behind the first', () => {
    const { search } = searchOn({ local: 9000, carries: upTo(1380), says: size => (size > 1500 ? 1500 : undefined) })
    expect(search).toMatchObject({ confirmed: 1380, limit: 'silence' })
  })
})

describe('losses that do not depend on the size', () => {
  test('over many seeds with one of eight lost: the path is found in nearly every one', () => {
    let right = 0
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed)
      const { search } = searchOn({ local: 1500, carries: size => size <= 1400 && random.next() >= 1 / 8 })
      if (search.confirmed === 1400) right += 1
      else expect(search.confirmed).toBeLessThan(1400)
    }
    expect(right).toBeGreaterThanOrEqual(198)
  })

  test('three random losses of the largest: it is tried again before the search ends', () => {
    let unlucky = 3
    const { search } = searchOn({ local: 1500, carries: size => size < 1500 || unlucky-- <= 0 })
    expect(search).toMatchObject({ confirmed: 1500, limit: 'local' })
  })

  test('a hole: the largest size that passes counts', () => {
    const { search } = searchOn({ local: 1500, carries: size => size < 1400 || (size > 1402 && size <= 1500) })
    expect(search).toMatchObject({ confirmed: 1500, limit: 'local' })
  })
})

describe('a path that changes', () => {
  test('it becomes narrower: the confirmed size is no longer carried, and the search begins again', () => {
    const { search } = searchOn({ local: 1500, carries: (size, n) => size <= (n < 20 ? 1500 : 1300) })
    expect(search).toMatchObject({ confirmed: 1300, phase: 'complete', restarts: 1 })
  })

  test('it becomes wider before the end: the search continues from there', () => {
    // Last, a search tries the next size once more, for the time of one timer.
    const { lasted } = searchOn({ local: 1500, carries: upTo(1400) })
    const widens = lasted - SECOND / 2 - SECOND
    const { search } = searchOn({ local: 1500, carries: (size, _, now) => size <= (now < widens ? 1400 : 1500) })
    expect(search).toMatchObject({ confirmed: 1500, limit: 'local' })
  })

  test('it breaks: no result is claimed', () => {
    const { search } = searchOn({ local: 1500, carries: (_, n) => n < 20 })
    expect(search).toMatchObject({ confirmed: 0, phase: 'disabled' })
  })
})
