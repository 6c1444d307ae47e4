import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sourceNetwork } from '../../../src/machines/source-network.ts'

const same = (one: string, other: string): boolean => {
  const [a, b] = [sourceNetwork(one), sourceNetwork(other)]
  return a.high === b.high && a.low === b.low
}

describe('one network', () => {
  test.each([
    ['192.0.2.0', '192.0.2.255'],
    ['192.0.2.1', '::ffff:192.0.2.200'],
    ['192.0.2.1', '::ffff:c000:2c8'],
    ['2001:db8:1:200::1', '2001:db8:1:2ff:ffff:ffff:ffff:ffff'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
  ])('%s and %s', (one, other) => {
    expect(same(one, other)).toBe(true)
  })
})

describe('two networks', () => {
  test.each([
    ['192.0.2.1', '192.0.3.1'],
    ['192.0.2.1', '128.0.2.1'],
    ['2001:db8:1:200::1', '2001:db8:1:300::1'],
    ['2001:db8:1:200::1', '2001:db9:1:200::1'],
    // The same bytes, but another family: 192.0.2.0/24 is not c000:02…::/56.
    ['192.0.2.1', 'c000:0204::1'],
    ['0.0.4.1', '::4'],
  ])('%s and %s', (one, other) => {
    expect(same(one, other)).toBe(false)
  })
})

test('IPv4 networks are distinguished by their first three bytes', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
      const first = (text: string): string => text.split('.').slice(0, 3).join('.')
      expect(same(one, other)).toBe(first(one) === first(other))
    }),
  )
})

test('no network is all zeros, which means no network', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), text => {
      const { high, low } = sourceNetwork(text)
      expect(high === 0 && low === 0).toBe(false)
    }),
  )
})
