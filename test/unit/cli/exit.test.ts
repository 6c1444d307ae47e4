import { expect, test } from 'vitest'
import { UdptoolError, usage } from '../../../src/base/error.ts'
import { errorStatus, EXIT, SIGNALS, signalStatus, verdictStatus } from '../../../src/cli/exit.ts'

test('the exit statuses are those of the contract', () => {
  expect(EXIT).toEqual({
    done: 0,
    failed: 1,
    usage: 2,
    cannotRun: 3,
    hungUp: 129,
    interrupted: 130,
    quit: 131,
    terminated: 143,
  })
  expect(SIGNALS.map(signalStatus)).toEqual([130, 143, 129, 131])
})

test('a usage error is 2, any other error 3', () => {
  expect(errorStatus(usage('no'))).toBe(2)
  expect(errorStatus(new UdptoolError('addressInUse', 'no'))).toBe(3)
  expect(errorStatus(new Error('no'))).toBe(3)
  expect(errorStatus('no')).toBe(3)
})

test('the verdict decides; a command that judges nothing is done', () => {
  expect((['pass', 'fail', 'error', undefined] as const).map(verdictStatus)).toEqual([0, 1, 3, 0])
})
