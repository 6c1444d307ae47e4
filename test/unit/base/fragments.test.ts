import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fragmentCount, largestWhole, lastFragment, packetSize } from '../../../src/base/fragments.ts'

test.each([
  // Counted by tcpdump on a veth of this MTU.
  [1472, 1500, 'udp4', 1],
  [1473, 1500, 'udp4', 2],
  [2952, 1500, 'udp4', 2],
  [2953, 1500, 'udp4', 3],
  [4000, 1500, 'udp4', 3],
  [65_507, 1500, 'udp4', 45],
  [1452, 1500, 'udp6', 1],
  [1453, 1500, 'udp6', 2],
  [4000, 1500, 'udp6', 3],
  [4000, 1280, 'udp6', 4],
  [8972, 9000, 'udp4', 1],
  [0, 1500, 'udp4', 1],
] as const)('%d bytes at MTU %d over %s are %d packets', (size, mtu, family, count) => {
  expect(fragmentCount(size, mtu, family)).toBe(count)
})

test('the largest that fits one packet makes a packet of the MTU, and one byte more is two', () => {
  fc.assert(
    fc.property(fc.integer({ min: 576, max: 9216 }), fc.constantFrom('udp4', 'udp6'), (mtu, family) => {
      const whole = largestWhole(mtu, family)
      expect(packetSize(whole, family)).toBe(mtu)
      expect(fragmentCount(whole, mtu, family)).toBe(1)
      expect(fragmentCount(whole + 1, mtu, family)).toBe(2)
    }),
  )
})

test('every fragment but the last carries a multiple of 8 bytes', () => {
  const carried = (size: number, mtu: number): number => {
    // Filled one by one, as a kernel does.
    let [left, count] = [size + 8, 0]
    while (left > 0) {
      left -= left <= mtu - 20 ? left : Math.floor((mtu - 20) / 8) * 8
      count += 1
    }
    return count
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_507 }), fc.integer({ min: 576, max: 9216 }), (size, mtu) => {
      expect(fragmentCount(size, mtu, 'udp4')).toBe(carried(size, mtu))
    }),
  )
})

test('the last fragment carries the rest, which need be no multiple of 8', () => {
  expect(lastFragment(4000, 1500, 'udp4')).toBe(1048)
  expect(lastFragment(4000, 1500, 'udp6')).toBe(4008 - 2 * 1448)
  // 1430 bytes of data fit a packet of 1450, and 1424 are a multiple of 8.
  expect([fragmentCount(2846, 1450, 'udp4'), lastFragment(2846, 1450, 'udp4')]).toEqual([2, 1430])
  expect([fragmentCount(2847, 1450, 'udp4'), lastFragment(2847, 1450, 'udp4')]).toEqual([3, 7])
})
