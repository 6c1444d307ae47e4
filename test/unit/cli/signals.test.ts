import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Signals } from '../../../src/cli/signals.ts'

let nowMs = 0
let signals: Signals
const exit = vi.spyOn(process, 'exit')

beforeEach(() => {
  nowMs = 5000
  exit.mockReset()
  exit.mockReturnValue(undefined as never)
  signals = new Signals(() => nowMs)
})

afterEach(() => signals.close())

function arrive(signal: 'SIGINT' | 'SIGTERM', afterMs: number): void {
  nowMs += afterMs
  process.emit(signal)
}

test('the first signal shuts the command down', () => {
  arrive('SIGINT', 0)
  expect([signals.signal.aborted, signals.received]).toEqual([true, 'SIGINT'])
  expect(exit).not.toHaveBeenCalled()
})

test('the same signal in the same moment, as from timeout(1) or npx, changes nothing', () => {
  arrive('SIGINT', 0)
  arrive('SIGINT', 0)
  arrive('SIGINT', 199)
  expect(exit).not.toHaveBeenCalled()
  arrive('SIGINT', 1)
  expect(exit.mock.calls).toEqual([[130]])
})

test('another signal in the same moment ends the command at once', () => {
  arrive('SIGINT', 0)
  arrive('SIGTERM', 0)
  expect(exit.mock.calls).toEqual([[143]])
})

test('SIGHUP goes to its receiver and ends nothing', () => {
  let hangups = 0
  signals.onHangup(() => (hangups += 1))
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  expect([hangups, signals.signal.aborted, signals.received]).toEqual([2, false, undefined])
  arrive('SIGTERM', 0)
  process.emit('SIGHUP')
  expect([hangups, signals.received]).toEqual([3, 'SIGTERM'])
  expect(exit).not.toHaveBeenCalled()
})
