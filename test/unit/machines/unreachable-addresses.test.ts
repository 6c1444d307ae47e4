import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { UnreachableAddresses } from '../../../src/machines/unreachable-addresses.ts'

/** The seconds at which an answer to the address may be sent, with one attempt at each. */
function sentAt(resting: UnreachableAddresses, address: string, seconds: readonly number[]): number[] {
  return seconds.filter(second => !resting.refuses(address, second * SECOND))
}

test('an unreachable address gets one answer after two seconds, and all from four seconds after that', () => {
  const resting = new UnreachableAddresses()
  resting.add('10.0.0.1', 0)
  expect(sentAt(resting, '10.0.0.1', [0, 1, 1.9, 2, 2.1, 3, 5.9, 6, 6.1, 7])).toEqual([2, 6, 6.1, 7])
})

test('another error starts the suspension again', () => {
  const resting = new UnreachableAddresses()
  resting.add('10.0.0.1', 0)
  expect(sentAt(resting, '10.0.0.1', [1, 2, 4])).toEqual([2])
  resting.add('10.0.0.1', 5 * SECOND)
  expect(sentAt(resting, '10.0.0.1', [6, 6.9, 7, 10.9, 11])).toEqual([7, 11])
})

test('no other address is suspended', () => {
  const resting = new UnreachableAddresses()
  expect(sentAt(resting, '10.0.0.2', [0])).toEqual([0])
  resting.add('10.0.0.1', 0)
  expect(sentAt(resting, '10.0.0.2', [0, 1])).toEqual([0, 1])
})

test('the zone of an address is ignored: the error arrives on the loopback interface', () => {
  const resting = new UnreachableAddresses()
  resting.add('fe80::5%lo', 0)
  expect(resting.refuses('fe80::5%eth0', SECOND)).toBe(true)
  expect(resting.refuses('fe80::6%eth0', SECOND)).toBe(false)
})

test('4096 addresses are suspended at once, and the one suspended longest is evicted', () => {
  const resting = new UnreachableAddresses()
  for (let n = 0; n <= 4096; n++) resting.add(`a${n}`, n)
  expect(resting.refuses('a0', 5000)).toBe(false)
  expect(resting.refuses('a1', 5000)).toBe(true)
  expect(resting.refuses('a4096', 5000)).toBe(true)
})
