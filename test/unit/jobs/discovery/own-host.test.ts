import { expect, test } from 'vitest'
import { ownHost } from '../../../../src/jobs/discovery/own-host.ts'

const ADDRESSES = new Set(['10.0.0.7', 'fe80::1%eth0', '2001:db8::7', '127.0.0.1'])
const isOwnAddress = (address: string): boolean => ADDRESSES.has(address)

test('the name of a host is its hostname, or NODE_NAME', () => {
  expect(ownHost({}, 'fra-1', isOwnAddress).name).toBe('fra-1')
  expect(ownHost({ NODE_NAME: '' }, 'fra-1', isOwnAddress).name).toBe('fra-1')
  expect(ownHost({ NODE_NAME: 'node-7' }, 'udptool-x2vz9', isOwnAddress).name).toBe('node-7')
})

test.each([
  ['10.0.0.7', true],
  ['2001:db8::7', true],
  ['fe80::1%eth0', true],
  ['10.0.0.8', false],
  ['fra-1', true],
  ['FRA-1.', true],
  ['node-7', true],
  ['localhost', true],
  ['fra-10', false],
  ['fra-1.example', 'maybe'],
  ['Node-7.example.', 'maybe'],
  ['x.fra-1.example', false],
  ['', false],
])('a target at %j is this host: %s', (host, isSelf) => {
  expect(ownHost({ NODE_NAME: 'node-7' }, 'fra-1', isOwnAddress).isSelf(host)).toBe(isSelf)
  expect(ownHost({ NODE_NAME: 'node-7.' }, 'Fra-1', isOwnAddress).isSelf(host)).toBe(isSelf)
})

test('the addresses of this machine', () => {
  const { isSelf } = ownHost()
  expect(isSelf('127.0.0.1')).toBe(true)
  expect(isSelf('::ffff:127.0.0.1')).toBe(true)
  expect(isSelf('::1')).toBe(true)
  // TEST-NET-1 (RFC 5737).
  expect(isSelf('192.0.2.1')).toBe(false)
})
