import { describe, expect, test } from 'vitest'
import { UdptoolError, usage } from '../../../src/base/error.ts'
import { errorLine, errorStatus, EXIT, signalStatus } from '../../../src/cli/exit.ts'

test('the exit statuses are those of the contract', () => {
  expect(EXIT).toEqual({ done: 0, failed: 1, usage: 2, cannotRun: 3, interrupted: 130, terminated: 143 })
  expect([signalStatus('SIGINT'), signalStatus('SIGTERM')]).toEqual([130, 143])
})

test('a usage error is 2, any other error 3', () => {
  expect(errorStatus(usage('no'))).toBe(2)
  expect(errorStatus(new UdptoolError('addressInUse', 'no'))).toBe(3)
  expect(errorStatus(new Error('no'))).toBe(3)
  expect(errorStatus('no')).toBe(3)
})

describe('errorLine', () => {
  test('says what was wrong and what to do', () => {
    expect(errorLine(usage('--x cannot be 5', 'write 6'), false)).toBe('udptool: --x cannot be 5 — write 6\n')
    expect(errorLine(usage('--x cannot be 5'), false)).toBe('udptool: --x cannot be 5\n')
    expect(errorLine('thrown', false)).toBe('udptool: thrown\n')
  })

  test('is one line, whatever lines the message has', () => {
    const line = errorLine(new UdptoolError('file', 'one\ntwo\r\n  three\n', { hint: 'four\nfive' }), false)
    expect(line).toBe('udptool: one two three — four five\n')
  })

  test('shows where it comes from only with --debug', () => {
    const error = new Error('broken')
    expect(errorLine(error, false)).not.toContain('exit.test')
    expect(errorLine(error, true)).toContain('exit.test')
  })
})
