import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frame } from '../../../../src/report/screen/frame.ts'
import { displayWidth } from '../../../../src/report/text/width.ts'

test('writes text and returns the column after it', () => {
  const frame = new Frame(10, 2)
  expect(frame.write(1, 2, 'abc', 'red')).toBe(5)
  expect(frame.line(0)).toBe('')
  expect(frame.line(1)).toBe('  abc')
  expect(frame.cell(1, 2)).toEqual({ text: 'a', width: 1, style: 'red' })
})

test('wide characters take two columns, combining marks none', () => {
  const frame = new Frame(10, 1)
  expect(frame.write(0, 0, '東京e\u0301x')).toBe(6)
  expect(Array.from({ length: 6 }, (_, column) => frame.cell(0, column).text)).toEqual([
    '東',
    '',
    '京',
    '',
    'e\u0301',
    'x',
  ])
})

test('a wide character is not halved at the edge, nor when another text covers one of its columns', () => {
  const frame = new Frame(4, 1)
  frame.write(0, 0, 'abc東')
  expect(frame.line(0)).toBe('abc')
  frame.write(0, 0, '東京')
  frame.write(0, 1, 'x')
  expect(frame.line(0)).toBe(' x京')
  frame.write(0, 2, 'y')
  expect(frame.line(0)).toBe(' xy')
})

test('control characters, bidi controls and lone marks cannot act', () => {
  const frame = new Frame(30, 1)
  frame.write(0, 0, '\u0301\u001B[2J\u202Eab\n\u0007')
  expect(frame.line(0)).toBe('\\x1b[2J\\u{202e}ab\\x0a\\x07')
})

test('a character keeps four of its marks', () => {
  const frame = new Frame(4, 1)
  frame.write(0, 0, `a${'\u0301'.repeat(100)}b`)
  expect(frame.line(0)).toBe(`a${'\u0301'.repeat(4)}b`)
})

test('nothing outside the frame, and no text moves the text after it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      const frame = new Frame(width, 2)
      const end = frame.write(0, 0, text)
      expect(end).toBeLessThanOrEqual(width)
      expect(displayWidth(frame.line(0))).toBeLessThanOrEqual(end)
      expect(frame.line(1)).toBe('')
      frame.write(0, width - 1, '|')
      expect(frame.cell(0, width - 1).text).toBe('|')
    }),
  )
})
