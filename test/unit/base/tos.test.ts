import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTos } from '../../../src/base/tos.ts'

test('any byte, in decimal or hexadecimal', () => {
  fc.assert(
    fc.property(fc.nat(255), byte => {
      expect(
        [byte, `${byte}`, `0x${byte.toString(16)}`, ` 0X${byte.toString(16).toUpperCase()} `].map(text =>
          parseTos(text, '--tos'),
        ),
      ).toEqual([byte, byte, byte, byte])
    }),
  )
})

test.each(['', '256', '-1', '1.5', '0x', '0x100', 'ef', '1e2', '0b1'])('not %j', text => {
  expect(() => parseTos(text, '--tos')).toThrow(/^--tos cannot be ".*": it is not a byte/)
})
