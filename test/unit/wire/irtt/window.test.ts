import { describe, expect, test } from 'vitest'
import { NEW_WINDOW, nextWindow, wasReceived, type IrttWindow } from '../../../../src/wire/irtt/window.ts'
import { GOLDEN_IRTT, WINDOW_VECTORS } from './golden.ts'

/** The window after each sequence number, in hexadecimal digits. */
function windowsOf(sequences: readonly number[]): readonly string[] {
  let window: IrttWindow | undefined
  let last = 0
  return sequences.map(sequence => {
    window = window === undefined ? NEW_WINDOW : nextWindow(window, (sequence - last) >>> 0)
    last = sequence
    return (BigInt(window.high) * 2n ** 32n + BigInt(window.low)).toString(16)
  })
}

describe('vectors of irtt 0.9', () => {
  test.each(WINDOW_VECTORS)('%j', (sequences, windows) => {
    expect(windowsOf(sequences).join(' ')).toBe(windows)
  })
})

test('the windows of the Python peer', () => {
  for (const arrivals of GOLDEN_IRTT.windows) {
    const windows = windowsOf(arrivals.map(([sequence]) => sequence))
    expect(windows.map(window => window.padStart(16, '0'))).toEqual(arrivals.map(([, window]) => window))
  }
})

test('each bit is one sequence number back', () => {
  const window = { low: 0x8000_0001, high: 0x8000_0002 }
  const received = Array.from({ length: 70 }, (_, back) => back).filter(back => wasReceived(window, back))
  expect(received).toEqual([0, 31, 33, 63])
})
