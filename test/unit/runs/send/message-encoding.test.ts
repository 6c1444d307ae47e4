import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeReply } from '../../../../src/runs/send/message-encoding.ts'
import { refused } from '../../../helpers/refused.ts'

test.each(['hex', 'base64'] as const)('%s encodes and decodes any bytes', encoding => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      expect([...decodeMessage(encodeReply(bytes, encoding), encoding)]).toEqual([...bytes])
    }),
  )
})

test('text is UTF-8, and invalid bytes are marked', () => {
  expect(encodeReply(decodeMessage('grüß dich 🙂', 'text'), 'text')).toBe('grüß dich 🙂')
  expect(encodeReply(Uint8Array.of(0x61, 0xff), 'text')).toBe('a\ufffd')
})

test('a reply is encoded without the rest of its buffer', () => {
  expect(encodeReply(new Uint8Array([1, 2, 3, 4]).subarray(1, 3), 'hex')).toBe('0203')
})

describe('decodeMessage', () => {
  test.each([
    ['68 65 6C\t6c 6f', 'hex', 'hello'],
    ['', 'hex', ''],
    ['aGVs\nbG8=', 'base64', 'hello'],
    ['', 'base64', ''],
    ['', 'text', ''],
  ] as const)('%j as %s', (text, encoding, message) => {
    expect(new TextDecoder().decode(decodeMessage(text, encoding))).toBe(message)
  })

  test.each([
    ['6', 'hex'],
    ['6g', 'hex'],
    ['0x68', 'hex'],
    ['aGVsbG8', 'base64'],
    ['aGVsb-8=', 'base64'],
    ['=', 'base64'],
    ['a===', 'base64'],
  ] as const)('%j is not %s', (text, encoding) => {
    expect(refused(() => decodeMessage(text, encoding))).toContain(`is not ${encoding}`)
  })
})
