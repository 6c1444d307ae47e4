import { describe, expect, test } from 'vitest'
import { UdptoolError, usage } from '../../../src/base/error.ts'
import { errorLine } from '../../../src/cli/error-line.ts'
import { excerptLines } from '../../../src/cli/excerpt-lines.ts'

describe('errorLine', () => {
  test('has the mistake and what to do', () => {
    expect(errorLine(usage('--x cannot be 5', 'write 6'), false)).toBe('udptool: --x cannot be 5 — write 6\n')
    expect(errorLine(usage('--x cannot be 5'), false)).toBe('udptool: --x cannot be 5\n')
    expect(errorLine('thrown', false)).toBe('udptool: thrown\n')
  })

  test('reports that no file descriptors are left, whatever Node could not open', () => {
    const error = Object.assign(new Error("EMFILE: too many open files, open '/opt/x.js'"), { code: 'EMFILE' })
    expect(errorLine(error, false)).toMatch(
      /^udptool: cannot go on: no file descriptors left \(EMFILE\) — raise .*\n$/u,
    )
  })

  test('is one line, even if the message has several', () => {
    const line = errorLine(new UdptoolError('file', 'one\ntwo\r\n  three\n', { hint: 'four\nfive' }), false)
    expect(line).toBe('udptool: one two three — four five\n')
  })

  test('has the stack only with --debug', () => {
    const error = new Error('broken')
    expect(errorLine(error, false)).not.toContain('error-line.test')
    expect(errorLine(error, true)).toContain('error-line.test')
  })

  test('has a caret at the mistake', () => {
    const excerpt = { text: 'drop=5%,dpu=2%', column: 8 }
    const hint = 'did you mean dup?'
    const error = new UdptoolError('usage', '--up cannot take "dpu=2%": there is no rule "dpu"', { hint })
    expect(errorLine(error, false, excerptLines(excerpt))).toBe(
      'udptool: --up cannot take "dpu=2%": there is no rule "dpu" — did you mean dup?\n' +
        '  drop=5%,dpu=2%\n' +
        '          ^\n',
    )
    expect(errorLine(error, true, excerptLines(excerpt))).toContain('          ^\nUdptoolError: --up cannot')
  })
})
