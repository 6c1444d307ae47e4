import { expect, test } from 'vitest'
import { fnv1a32, fnv1a32Text } from '../../../src/base/fnv.ts'
import { addressBytes } from '../../../src/base/ip.ts'

// draft-eastlake-fnv, test vectors.
test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('of %j', (text, hash) => {
  expect(fnv1a32([...new TextEncoder().encode(text)])).toBe(hash)
  expect(fnv1a32Text(text)).toBe(hash)
})

// probe_ip_addr_hash of blackbox_exporter 0.23 (Debian) for these addresses.
test.each([
  ['127.0.0.1', 3_668_918_509],
  ['::ffff:127.0.0.1', 3_668_918_509],
  ['::1', 1_751_717_746],
])('of the address %s', (address, hash) => {
  expect(fnv1a32(addressBytes(address) ?? [])).toBe(hash)
})
