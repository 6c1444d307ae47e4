import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { excerptLines } from '../../../src/cli/excerpt-lines.ts'
import { displayWidth } from '../../../src/report/text/width.ts'
import { typedText } from '../../helpers/typed-text.ts'

describe('excerptLines', () => {
  function shown(text: string, column: number): string {
    const [first, ...lines] = excerptLines({ text, column }).split('\n')
    expect([first, lines.length]).toEqual(['', 2])
    return lines.join('\n')
  }

  test('at the beginning and after the end', () => {
    expect(shown('dpu=2%', 0)).toBe('  dpu=2%\n  ^')
    expect(shown('drop=', 5)).toBe('  drop=\n       ^')
    expect(shown('', 0)).toBe('  \n  ^')
  })

  test('control characters are escaped, and the caret stays at its character', () => {
    expect(shown('\u001b[2J\n,x', 6)).toBe('  \\x1b[2J\\x0a,x\n              ^')
    expect(shown('x\u202e,\u0000', 3)).toBe('  x\\u{202e},\\x00\n            ^')
  })

  test('wide and combining characters have their width in a terminal', () => {
    expect(shown('日本,x', 3)).toBe('  日本,x\n       ^')
    expect(shown('e\u0301,x', 3)).toBe('  e\u0301,x\n    ^')
  })

  test('a text of 100 columns is complete, a longer one is cut around the caret', () => {
    const at = (columns: number) => `${' '.repeat(2 + columns)}^`
    expect(shown('a'.repeat(100), 99)).toBe(`  ${'a'.repeat(100)}\n${at(99)}`)
    expect(shown('a'.repeat(101), 0)).toBe(`  ${'a'.repeat(99)}…\n${at(0)}`)
    expect(shown('a'.repeat(101), 101)).toBe(`  …${'a'.repeat(99)}\n${at(100)}`)
    expect(shown(`${'a'.repeat(200)}b${'c'.repeat(200)}`, 200)).toBe(
      `  …${'a'.repeat(49)}b${'c'.repeat(48)}…\n${at(50)}`,
    )
    expect(shown(`${'a'.repeat(200)}bc`, 200)).toBe(`  …${'a'.repeat(97)}bc\n${at(98)}`)
    expect(shown(`aab${'c'.repeat(200)}`, 2)).toBe(`  aab${'c'.repeat(96)}…\n${at(2)}`)
    expect(shown('日'.repeat(60), 30)).toBe(`  …${'日'.repeat(24)}${'日'.repeat(25)}…\n${at(49)}`)
  })

  test('any text is printable and not wider, and the caret is below it or right after it', () => {
    fc.assert(
      fc.property(fc.oneof(typedText, fc.string({ unit: 'binary', minLength: 80 })), fc.nat(), (text, place) => {
        const [line = '', caret = ''] = shown(text, place % (text.length + 1)).split('\n')
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(displayWidth(line)).toBeLessThanOrEqual(102)
        expect(caret).toMatch(/^ {2,}\^$/u)
        expect(caret.length - 1).toBeLessThanOrEqual(displayWidth(line))
      }),
    )
  })
})
