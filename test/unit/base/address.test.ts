import { expect, test } from 'vitest'
import { formatAddress } from '../../../src/base/address.ts'

test('formatAddress', () => {
  expect(formatAddress({ address: '127.0.0.1', port: 9000, family: 'udp4' })).toBe('127.0.0.1:9000')
  expect(formatAddress({ address: '::1', port: 9000, family: 'udp6' })).toBe('[::1]:9000')
  expect(formatAddress({ address: 'fe80::1%eth0', port: 9000, family: 'udp6' })).toBe('[fe80::1%eth0]:9000')
})
