import { describe, expect, test } from 'vitest'
import type { Address } from '../../../../../src/base/address.ts'
import {
  readSockaddr,
  unixSockaddr,
  writeSockaddr,
  type Zones,
} from '../../../../../src/engine/kernel/system/sockaddr.ts'
import { failure } from '../../../../helpers/refused.ts'

const zones: Zones = {
  interfaceIndex: name => (name === 'eth0' ? 0x01020304 : 0),
  interfaceName: index => (index === 0x01020304 ? 'eth0' : undefined),
}

/** Layouts of the kernel's headers: linux/in.h, linux/in6.h. */
const VECTORS: readonly (readonly [Address, string])[] = [
  [{ address: '127.0.0.1', port: 9000, family: 'udp4' }, '02002328 7f000001 0000000000000000'],
  [{ address: '255.0.1.2', port: 65_535, family: 'udp4' }, '0200ffff ff000102 0000000000000000'],
  [{ address: '::1', port: 1, family: 'udp6' }, '0a000001 00000000 00000000000000000000000000000001 00000000'],
  [
    { address: 'fe80::1%eth0', port: 256, family: 'udp6' },
    '0a000100 00000000 fe800000000000000000000000000001 04030201',
  ],
  [{ address: 'fe80::2%7', port: 0, family: 'udp6' }, '0a000000 00000000 fe800000000000000000000000000002 07000000'],
  [
    { address: '::ffff:10.1.2.3', port: 53, family: 'udp6' },
    '0a000035 00000000 00000000000000000000ffff0a010203 00000000',
  ],
]

describe('writeSockaddr and readSockaddr', () => {
  test.each(VECTORS)('%o', (address, hex) => {
    const expected = hex.replaceAll(' ', '')
    const bytes = new Uint8Array(40).fill(0xee)
    const length = writeSockaddr(bytes, 4, address, zones)
    expect(length).toBe(expected.length / 2)
    expect(Buffer.from(bytes.subarray(4, 4 + length)).toString('hex')).toBe(expected)
    expect([...bytes.subarray(0, 4), ...bytes.subarray(4 + length)].every(byte => byte === 0xee)).toBe(true)
    expect(readSockaddr(bytes, 4, zones)).toEqual(address)
  })

  test('an IPv4 address on an IPv6 socket is written mapped', () => {
    const bytes = new Uint8Array(28)
    writeSockaddr(bytes, 0, { address: '10.1.2.3', port: 53, family: 'udp6' }, zones)
    expect(readSockaddr(bytes, 0, zones)?.address).toBe('::ffff:10.1.2.3')
  })

  test.each([
    ['::1', 'udp4', /::1 is not an IPv4 address/],
    ['localhost', 'udp6', /localhost is not an IP address/],
    ['fe80::1%eth9', 'udp6', /no network interface eth9/],
  ] as const)('%s as %s', (address, family, message) => {
    const error = failure(() => writeSockaddr(new Uint8Array(28), 0, { address, port: 1, family }, zones))
    expect([error.code, error.message]).toEqual(['addressUnavailable', expect.stringMatching(message)])
  })

  test('another family is undefined', () => {
    expect(readSockaddr(new Uint8Array(28), 0, zones)).toBeUndefined()
  })
})

test('a path as in linux/un.h, with its final zero', () => {
  const hex = (path: string): string => Buffer.from(unixSockaddr(path)).toString('hex')
  expect(hex('/a')).toBe('01002f6100')
  expect(hex('/é')).toBe('01002fc3a900')
  expect(unixSockaddr(`/${'x'.repeat(106)}`)).toHaveLength(110)
  expect(failure(() => unixSockaddr(`/${'x'.repeat(107)}`)).message).toContain('too long')
})
