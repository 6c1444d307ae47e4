import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withinBytes } from '../../../../src/report/text/within-bytes.ts'

const NOTE = '(cut)'

function cut(pieces: readonly string[], most: number): string {
  return [...withinBytes(pieces, most, NOTE)].join('')
}

test('text that fits is complete', () => {
  expect(cut(['abc', 'def'], 6)).toBe('abcdef')
  expect(cut([], 0)).toBe('')
})

test('longer text is cut between pieces, with the note', () => {
  expect(cut(['abc', 'def', 'ghi'], 8)).toBe('abc(cut)')
  expect(cut(['abc', 'def'], 5)).toBe('(cut)')
  expect(cut(['abc', 'def'], 4)).toBe('')
})

test('the limit is in bytes, not characters', () => {
  expect(cut(['äöü', 'x'], 7)).toBe('äöüx')
  expect(cut(['äöü', 'x'], 6)).toBe('(cut)')
})

test('never more than the limit, and complete if it fits', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(40), (pieces, most) => {
      const whole = Buffer.byteLength(pieces.join(''))
      const text = cut(pieces, most)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most)
      if (whole <= most) expect(text).toBe(pieces.join(''))
      else expect(text === '' || text.endsWith(NOTE)).toBe(true)
    }),
  )
})
