import { expect, test } from 'vitest'
import { parseTimerDuration } from '../../../src/options/timer-duration.ts'
import { refused } from '../../helpers/refused.ts'

test.each([
  ['1ms', 1e6],
  ['1m30s', 90e9],
  ['2147483647ms', 2_147_483_647e6],
])('%s is a time that a timer can wait for', (text, nanos) => {
  expect(parseTimerDuration(text, '--idle')).toBe(nanos)
})

test.each([
  ['0', 'the least is 1ms'],
  ['10us', 'the least is 1ms'],
  ['2147483648ms', 'the most is 24 days'],
  ['600h', 'the most is 24 days'],
])('%s is none', (text, reason) => {
  expect(refused(() => parseTimerDuration(text, '--idle'))).toContain(reason)
})
