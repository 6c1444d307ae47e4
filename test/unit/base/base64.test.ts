import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../../src/base/base64.ts'

test('encodes as Node does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    }),
  )
})

test('decodes what it encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
    }),
  )
})

test('RFC 4648 section 10', () => {
  const vectors = ['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy']
  const texts = vectors.map((_, n) => 'foobar'.slice(0, n))
  expect(texts.map(text => encodeBase64(new TextEncoder().encode(text)))).toEqual(vectors)
  expect(vectors.map(text => new TextDecoder().decode(decodeBase64(text)))).toEqual(texts)
})

describe('what is no base64', () => {
  test.each([
    'Z',
    'Zg',
    'Zg=',
    '=',
    '==',
    '===',
    '====',
    'Zm8=Zm8=',
    'Zm9v====',
    'Z===',
    'Zm-v',
    'Zm v',
    'Zmü=',
    'Zm9v\n',
  ])('%j', text => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  test('any text is decoded or refused, never an exception', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), text => {
        const bytes = decodeBase64(text)
        if (bytes !== undefined) expect(bytes.length).toBe(Buffer.from(text, 'base64').length)
      }),
      { numRuns: 1000 },
    )
  })
})
