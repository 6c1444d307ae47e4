import { expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { createPalette } from '../../../../src/report/text/palette.ts'
import { renderSuiteProgress, type SuiteState } from '../../../../src/report/terminal/suite-progress.ts'
import { HOSTILE, STEERING } from '../result-files.ts'

const PLAIN = createPalette(false)
const STATE: SuiteState = {
  total: 8,
  done: 3,
  failed: 1,
  running: [
    { name: 'echo is whole', scheduled: 120, total: 500 },
    { name: 'far away', scheduled: 7 },
  ],
}

test('how many are done and failed, and what runs', () => {
  expect(renderSuiteProgress(STATE, 100, PLAIN)).toBe(
    '██████            3/8 checks · 1 failed · echo is whole 120/500 · far away 7 sent',
  )
})

test('on a narrow terminal the last parts are left out, and no line is too wide', () => {
  expect(renderSuiteProgress(STATE, 60, PLAIN)).toMatch(/ 3\/8 checks · 1 failed …$/u)
  for (let width = 1; width < 100; width++)
    expect(displayWidth(renderSuiteProgress(STATE, width, PLAIN)), `${width}`).toBeLessThan(Math.max(2, width))
})

test('a hostile name is printable, and an empty suite is not an error', () => {
  const running = [{ name: HOSTILE, scheduled: 1 }]
  expect(renderSuiteProgress({ ...STATE, running }, 400, PLAIN)).not.toMatch(STEERING)
  expect(renderSuiteProgress({ total: 0, done: 0, failed: 0, running: [] }, 80, PLAIN)).toContain('0/0 checks')
})
