import { expect, onTestFinished, test } from 'vitest'
import { Hangups } from '../../../src/cli/hangups.ts'
import { Signals } from '../../../src/cli/signals.ts'

test('hangups during the start are one after it, and later ones are passed on', () => {
  const signals = new Signals()
  onTestFinished(() => signals.close())
  const hangups = new Hangups(signals)
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  let passed = 0
  hangups.pass(() => (passed += 1))
  expect(passed).toBe(1)
  process.emit('SIGHUP')
  expect(passed).toBe(2)
  expect(signals.received).toBeUndefined()
})

test('without a hangup nothing is passed on', () => {
  const signals = new Signals()
  onTestFinished(() => signals.close())
  let passed = 0
  new Hangups(signals).pass(() => (passed += 1))
  expect(passed).toBe(0)
})
