import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UdptoolError, usage } from '../../../src/base/error.ts'
import { errorLine } from '../../../src/cli/error-line.ts'
import { displayWidth } from '../../../src/report/text/width.ts'
import { written } from '../../helpers/typed-text.ts'

describe('errorLine', () => {
  test('says what was wrong and what to do', () => {
    expect(errorLine(usage('--x cannot be 5', 'write 6'), false)).toBe('udptool: --x cannot be 5 — write 6\n')
    expect(errorLine(usage('--x cannot be 5'), false)).toBe('udptool: --x cannot be 5\n')
    expect(errorLine('thrown', false)).toBe('udptool: thrown\n')
  })

  test('says that no file descriptors are left, whatever Node could not open', () => {
    const error = Object.assign(new Error("EMFILE: too many open files, open '/opt/x.js'"), { code: 'EMFILE' })
    expect(errorLine(error, false)).toMatch(/^udptool: cannot go on: no file descriptors are left — raise .*\n$/u)
  })

  test('is one line, whatever lines the message has', () => {
    const line = errorLine(new UdptoolError('file', 'one\ntwo\r\n  three\n', { hint: 'four\nfive' }), false)
    expect(line).toBe('udptool: one two three — four five\n')
  })

  test('shows where it comes from only with --debug', () => {
    const error = new Error('broken')
    expect(errorLine(error, false)).not.toContain('error-line.test')
    expect(errorLine(error, true)).toContain('error-line.test')
  })
})

describe('errorLine with an excerpt', () => {
  /** The lines below the first one. */
  function shown(text: string, column: number): string {
    const lines = errorLine(new UdptoolError('usage', 'no', { excerpt: { text, column } }), false).split('\n')
    expect([lines[0], lines.length, lines[3]]).toEqual(['udptool: no', 4, ''])
    return `${lines[1] ?? ''}\n${lines[2] ?? ''}`
  }

  test('has a caret at the mistake', () => {
    const excerpt = { text: 'drop=5%,dpu=2%', column: 8 }
    const hint = 'did you mean dup?'
    const error = new UdptoolError('usage', '--up cannot take "dpu=2%": there is no rule "dpu"', { hint, excerpt })
    expect(errorLine(error, false)).toBe(
      'udptool: --up cannot take "dpu=2%": there is no rule "dpu" — did you mean dup?\n' +
        '  drop=5%,dpu=2%\n' +
        '          ^\n',
    )
    expect(errorLine(error, true)).toContain('          ^\nUdptoolError: --up cannot')
  })

  test('at the beginning and behind the end', () => {
    expect(shown('dpu=2%', 0)).toBe('  dpu=2%\n  ^')
    expect(shown('drop=', 5)).toBe('  drop=\n       ^')
    expect(shown('', 0)).toBe('  \n  ^')
  })

  test('control characters are written out, and the caret stays at its character', () => {
    expect(shown('\u001b[2J\n,x', 6)).toBe('  \\x1b[2J\\x0a,x\n              ^')
    expect(shown('x\u202e,\u0000', 3)).toBe('  x\\u{202e},\\x00\n            ^')
  })

  test('wide and combining characters take the columns that a terminal gives them', () => {
    expect(shown('日本,x', 3)).toBe('  日本,x\n       ^')
    expect(shown('e\u0301,x', 3)).toBe('  e\u0301,x\n    ^')
  })

  test('a text of 100 columns is whole, a longer one is cut around the caret', () => {
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

  test('no text reaches the terminal raw or wider than this, and the caret is under it or right behind', () => {
    fc.assert(
      fc.property(fc.oneof(written, fc.string({ unit: 'binary', minLength: 80 })), fc.nat(), (text, place) => {
        const [line = '', caret = ''] = shown(text, place % (text.length + 1)).split('\n')
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(displayWidth(line)).toBeLessThanOrEqual(102)
        expect(caret).toMatch(/^ {2,}\^$/u)
        expect(caret.length - 1).toBeLessThanOrEqual(displayWidth(line))
      }),
    )
  })
})
