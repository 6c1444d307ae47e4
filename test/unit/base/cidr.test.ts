import { BlockList } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCidr } from '../../../src/base/cidr.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['11.0.0.0', '9.255.255.255', '::a00:1']],
  ['10.1.2.3/8', ['10.9.9.9'], ['11.0.0.0']],
  ['192.0.2.1', ['192.0.2.1', '::ffff:192.0.2.1'], ['192.0.2.2']],
  ['192.0.2.128/25', ['192.0.2.255'], ['192.0.2.127']],
  ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['::1']],
  ['::1', ['::1', '::1%lo', '0:0:0:0:0:0:0:1'], ['::2', '0.0.0.1']],
  ['fd00::/8', ['fdff::1'], ['fe00::1']],
  ['fe80::/10', ['fe80::1%eth0', 'febf::'], ['fec0::']],
  ['::/0', ['2001:db8::1', '::'], ['127.0.0.1', '::ffff:127.0.0.1']],
  ['::ffff:10.0.0.0/104', ['10.1.1.1', '::ffff:10.1.1.1'], ['11.0.0.1']],
  ['::ffff:0:0/96', ['1.2.3.4'], ['::1']],
])('%s', (text, inside, outside) => {
  const block = parseCidr(text, '--allow')
  expect(inside.filter(address => !block.contains(address))).toEqual([])
  expect(outside.filter(address => block.contains(address))).toEqual([])
  expect(block.contains('not an address')).toBe(false)
})

test.each([
  [
    '10.0.0.0/33',
    '--allow cannot be "10.0.0.0/33": the prefix is a number from 0 to 32 (write 10.0.0.0/8 or fd00::/8)',
  ],
  ['::/129', '--allow cannot be "::/129": the prefix is a number from 0 to 128 (write 10.0.0.0/8 or fd00::/8)'],
  ['10.0.0.0/', '--allow cannot be "10.0.0.0/": the prefix is a number from 0 to 32 (write 10.0.0.0/8 or fd00::/8)'],
  ['10.0.0.0/8/8', '--allow cannot be "10.0.0.0/8/8": it is not a block of addresses (write 10.0.0.0/8 or fd00::/8)'],
  ['localhost', '--allow cannot be "localhost": it is not a block of addresses (write 10.0.0.0/8 or fd00::/8)'],
  ['fe80::1%eth0', '--allow cannot be "fe80::1%eth0": it is not a block of addresses (write 10.0.0.0/8 or fd00::/8)'],
  ['::ffff:10.0.0.0/90', '--allow cannot be "::ffff:10.0.0.0/90": it mixes IPv4 with IPv6 (write 0.0.0.0/0 or ::/0)'],
])('%s is refused', (text, message) => {
  expect(refused(() => parseCidr(text, '--allow'))).toBe(message)
})

test('agrees with the BlockList of node:net', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 1, max: 32 }), fc.boolean(), (network, other, prefix, near) => {
      const address = near ? network.replace(/\d+$/u, '7') : other
      const list = new BlockList()
      list.addSubnet(network, prefix)
      expect(parseCidr(`${network}/${prefix}`, 'block').contains(address)).toBe(list.check(address))
    }),
  )
})

test('any text gives a block or a usage error', () => {
  fc.assert(fc.property(typedText, text => void attempt(() => parseCidr(text, 'block'))))
})
