import { networkInterfaces } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { addressFault } from '../../../src/engine/address-fault.ts'

vi.mock('node:os', () => ({ networkInterfaces: vi.fn<typeof networkInterfaces>() }))
afterEach(() => vi.mocked(networkInterfaces).mockReset())

function withNetwork(address: string, netmask: string): void {
  const one = { address, netmask, family: 'IPv4', mac: '', internal: false, cidr: null } as const
  vi.mocked(networkInterfaces).mockReturnValue({ wlan9: [one] })
}

test.each([
  ['EINVAL', 'send to', '[fe80::1]:9', 'an address of one link needs the interface that leads to it'],
  ['EINVAL', 'bind', '[fe80::1]:9', 'an address of one link needs the interface that leads to it'],
  ['EINVAL', 'send to', '[ff02::1]:9', 'an address of one link needs the interface that leads to it'],
  ['EINVAL', 'send to', '[fe80::1%nowhere0]:9', 'this host has no network interface nowhere0'],
  ['EACCES', 'send to', '10.9.0.255:9', 'it is a broadcast address'],
  ['EACCES', 'send to', '255.255.255.255:9', 'it is a broadcast address'],
  ['ENETUNREACH', 'send to', '255.255.255.255:9', 'it is a broadcast address'],
  ['ENETUNREACH', 'send to', '239.1.2.3:9', 'there is no route for this multicast address'],
  ['EACCES', 'send to', '10.9.1.255:9', undefined],
  ['EACCES', 'bind', '10.9.0.255:80', undefined],
  ['EINVAL', 'send to', '[fe80::1%wlan9]:9', undefined],
  ['ENETUNREACH', 'send to', '192.0.2.1:9', undefined],
  ['ECONNREFUSED', 'connect to', '[fe80::1]:9', undefined],
])('%s when it would %s %s', (error, operation, target, reason) => {
  withNetwork('10.9.0.1', '255.255.255.0')
  expect(addressFault(error, operation, target)?.reason).toBe(reason)
})

test('a host that does not list its interfaces', () => {
  vi.mocked(networkInterfaces).mockImplementation(() => {
    throw new Error('EAFNOSUPPORT')
  })
  expect(addressFault('EACCES', 'send to', '10.9.0.255:9')).toBeUndefined()
  expect(addressFault('EACCES', 'send to', '255.255.255.255:9')).toBeDefined()
})
