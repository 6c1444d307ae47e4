import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonLogLine, logfmtLine } from '../../../../src/report/formats/log-lines.ts'

const TIME = '2026-11-30T14:28:16.123Z'

describe('logfmt', () => {
  test('plain values have no quotes', () => {
    const fields = { address: '[::1]:19000', targets: 12, reason: 'no such file', empty: '' }
    expect(logfmtLine({ time: TIME, level: 'info', message: 'listening', fields })).toBe(
      `time=${TIME} level=info msg=listening address=[::1]:19000 targets=12 reason="no such file" empty=""\n`,
    )
  })

  test('quotes and backslashes are escaped, and control characters are shown', () => {
    const fields = { path: '/"a\\b', host: 'evil\nlevel=error', bidi: 'a\u202eb', equals: 'a=b' }
    expect(logfmtLine({ time: TIME, level: 'debug', message: 'refused', fields })).toBe(
      String.raw`time=${TIME} level=debug msg=refused path="/\"a\\b" host="evil\\x0alevel=error" bidi="a\\u{202e}b" equals="a=b"` +
        '\n',
    )
  })

  test('any value is one token of one line, without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value => {
        const line = logfmtLine({ time: TIME, level: 'info', message: 'm', fields: { value, last: 'end' } })
        expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*\n$/u)
        // The tokens of a reader that knows quotes and backslashes.
        const tokens = line.trimEnd().match(/[^\s"=]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)(?= |$)/gu)
        expect(tokens).toHaveLength(5)
        expect(tokens?.at(-1)).toBe('last=end')
      }),
    )
  })
})

test('JSON has the same values as a JSON parser reads them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer(), (value, number) => {
      const line = jsonLogLine({ time: TIME, level: 'warn', message: 'm', fields: { value, number } })
      expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*\n$/u)
      expect(JSON.parse(line)).toEqual({ time: TIME, level: 'warn', msg: 'm', value, number })
    }),
  )
})
