import { isIPv4 as nodeIsIPv4, isIPv6 as nodeIsIPv6, SocketAddress } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressBytes, formatIPv6, isIPv4, isIPv6, isLoopback } from '../../../src/base/ip.ts'

describe('isIPv4 and isIPv6 agree with node:net', () => {
  const handmade = [
    '',
    ':',
    '::',
    ':::',
    '1::',
    '::1',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '1:2:3:4:5:6:7:8::',
    '::1::',
  ]
  const dotted = [
    '::ffff:1.2.3.4',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    '64:ff9b::1.2.3.256',
  ]
  const others = [
    '1.2.3.4',
    '01.2.3.4',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '1.2.3.4 ',
    'fe80::1%eth0',
    'fe80::1%',
    '12345::',
    'g::',
    '1:2',
    ':1:2:3:4:5:6:7',
  ]

  test.each([...handmade, ...dotted, ...others])('%j', text => {
    expect([isIPv4(text), isIPv6(text)]).toEqual([nodeIsIPv4(text), nodeIsIPv6(text)])
  })

  test('generated', () => {
    const near = fc
      .array(fc.constantFrom(':', '::', '.', '0', '1', 'ff', 'ffff', '255', '%e'))
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), near, fc.string()), text => {
        expect([isIPv4(text), isIPv6(text)]).toEqual([nodeIsIPv4(text), nodeIsIPv6(text)])
      }),
      { numRuns: 2000 },
    )
  })
})

test('addressBytes', () => {
  expect(addressBytes('10.0.0.255')).toEqual([10, 0, 0, 255])
  expect(addressBytes('::ffff:10.0.0.255')).toEqual([10, 0, 0, 255])
  expect(addressBytes('::ffff:a00:ff')).toEqual([10, 0, 0, 255])
  expect(addressBytes('2001:db8::1%eth0')).toEqual([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  expect(addressBytes('localhost')).toBeUndefined()
})

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['::1', true],
  ['::1%lo', true],
  ['::', false],
  ['::2', false],
  ['1::1', false],
  ['::ffff:127.0.0.1', true],
  ['::ffff:7f00:1', true],
  ['::ffff:10.0.0.1', false],
  ['localhost', false],
])('isLoopback %s: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected)
})

test('formatIPv6 agrees with Node', () => {
  const group = fc.oneof(fc.constant(0), fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff }))
  fc.assert(
    fc.property(fc.tuple(group, group, group, group, group, group, group, group), groups => {
      // Node also dots the old form ::1.2.3.4, which RFC 5952 recommends only where such addresses are known.
      fc.pre(groups.slice(0, 6).some(value => value !== 0) || (groups[6] === 0 && groups[7] === 1))
      const bytes = Uint8Array.from(groups.flatMap(value => [value >> 8, value & 255]))
      const long = groups.map(value => value.toString(16)).join(':')
      expect(formatIPv6(bytes)).toBe(new SocketAddress({ family: 'ipv6', address: long }).address)
    }),
    { numRuns: 2000 },
  )
})
