import { describe, expect, test } from 'vitest'
import { formatDscp, parseDscp } from '../../../src/base/dscp.ts'
import { refused } from '../../helpers/refused.ts'

describe('a name or a number is the TOS byte that carries it', () => {
  test.each([
    ['default', 0],
    ['cs0', 0],
    ['cs1', 0x20],
    ['cs7', 0xe0],
    ['af11', 0x28],
    ['af41', 0x88],
    ['af43', 0x98],
    ['ef', 0xb8],
    ['EF', 0xb8],
    ['va', 0xb0],
    ['le', 0x04],
    ['0', 0],
    ['46', 0xb8],
    ['63', 0xfc],
  ])('%s', (text, tos) => {
    expect(parseDscp(text, '--dscp')).toBe(tos)
  })
})

test.each(['64', '-1', '', '4.5', '0x2e', 'af44', 'cs8', 'toString', 'constructor', '__proto__'])(
  '%j is none',
  text => {
    expect(refused(() => parseDscp(text, '--dscp'))).toMatch(/--dscp cannot be/)
  },
)

test('what was probably meant', () => {
  expect(refused(() => parseDscp('af14', '--dscp'))).toMatch(/did you mean af/)
})

test.each([
  [46, 'ef (46)'],
  [8, 'cs1 (8)'],
  [34, 'af41 (34)'],
  [0, '0'],
  [33, '33'],
])('code point %d is written %s', (point, text) => {
  expect(formatDscp(point)).toBe(text)
})
