import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { createPalette } from '../../../../src/report/text/palette.ts'
import { type ProgressState, renderProgress } from '../../../../src/report/terminal/progress.ts'
import { withoutColour } from '../result-files.ts'

const PLAIN = createPalette(false)
const STATE: ProgressState = {
  elapsedMs: 3812,
  totalMs: 10_000,
  scheduled: 38_120,
  total: 100_000,
  replies: 37_004,
  lost: 812,
  perSecond: 9982.2,
}

test('one line with a bar, the most important first', () => {
  expect(renderProgress(STATE, 100, PLAIN)).toBe(
    '█████████▏                38%  38,120/100,000 · 37,004 back · 812 lost · 9982/s · 7 s left',
  )
  expect(renderProgress(STATE, 60, PLAIN)).toBe('█████          38%  38,120/100,000 · 37,004 back · 812 lost')
})

test('without an end there is no bar; at the end it shows what it waits for', () => {
  const endless = { elapsedMs: 3812, scheduled: 10, replies: 9, lost: 0 }
  expect(renderProgress(endless, 80, PLAIN)).toBe('10 sent · 9 back · 3.81 s')
  const waiting = (leftMs: number, isInterrupted: boolean): string =>
    renderProgress({ ...endless, total: 10, waiting: { leftMs, isInterrupted } }, 120, PLAIN)
  const begin = '████████████████████████ 100%  10/10 · 9 back · waiting for late '
  expect(waiting(1234, false)).toBe(`${begin}replies, 1.2 s`)
  expect(waiting(1234, true)).toBe(`${begin}replies, 1.2 s; Ctrl-C again to stop`)
  expect(waiting(-5, false)).toBe(`${begin}copies`)
})

test('the time left is that of the plan, until it has passed', () => {
  const left = (elapsedMs: number, more: Partial<ProgressState> = {}): string | undefined =>
    renderProgress({ elapsedMs, plannedMs: 9000, scheduled: 1, total: 4, replies: 0, lost: 0, ...more }, 100, PLAIN)
      .split(' · ')
      .at(-1)
  expect([left(500), left(2900), left(8999.9)]).toEqual(['9 s left', '7 s left', '1 s left'])
  // The sender did not keep up: three quarters are left.
  expect(left(10_000)).toBe('30 s left')
  expect(left(500, { totalMs: 2000 })).toBe('2 s left')
})

test('slow rates have two digits, and those below one in ten seconds are per minute', () => {
  const rates = [1234.5, 12.3, 9.9, 2, 1.04, 0.5, 0.2, 0.0166, 0]
  const said = rates.map(perSecond => {
    const line = renderProgress({ elapsedMs: 3812, scheduled: 10, replies: 9, lost: 0, perSecond }, 80, PLAIN)
    return line.split(' · ')[2]
  })
  expect(said).toEqual(['1235/s', '12/s', '9.9/s', '2/s', '1/s', '0.5/s', '0.2/s', '1/min', '0/s'])
})

describe('fits every terminal width', () => {
  test.each([
    STATE,
    { ...STATE, totalMs: undefined, total: undefined },
    { ...STATE, waiting: { leftMs: 900, isInterrupted: true } },
  ])('%j', state => {
    for (let width = 1; width <= 120; width++) {
      const line = renderProgress(state, width, PLAIN)
      expect(displayWidth(line)).toBeLessThan(width)
      expect(line).not.toContain('\n')
      expect(withoutColour(renderProgress(state, width, createPalette(true)))).toBe(line)
    }
  })
})
