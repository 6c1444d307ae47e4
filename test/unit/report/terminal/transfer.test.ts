import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { createPalette } from '../../../../src/report/text/palette.ts'
import { renderTransfer } from '../../../../src/report/terminal/transfer.ts'

const HALF: Parameters<typeof renderTransfer>[0] = {
  phase: 'send',
  bytes: 50_000_000,
  size: 100_000_000,
  elapsedMs: 2000,
}
const plain = createPalette(false)

test('a bar, the amount, the rate, the time', () => {
  expect(renderTransfer(HALF, 100, plain)).toBe(
    `${'█'.repeat(12)}${' '.repeat(12)}  50%  sending · 50 MB of 100 MB · 25 MB/s · 2 s left`,
  )
})

test('computing the digest is shown as reading', () => {
  expect(renderTransfer({ ...HALF, phase: 'digest' }, 100, plain)).toContain('reading · 50 MB')
})

test('an empty file is complete', () => {
  expect(renderTransfer({ phase: 'send', bytes: 0, size: 0, elapsedMs: 0 }, 80, plain)).toMatch(
    /100% {2}sending · 0 B of 0 B$/,
  )
})

describe('in a narrow terminal', () => {
  test.each([1, 5, 10, 20, 30, 40, 60, 80])('of %i columns it is one line that fits', width => {
    expect(displayWidth(renderTransfer(HALF, width, plain))).toBeLessThan(Math.max(2, width))
  })

  test('the last words are left out first', () => {
    expect(renderTransfer(HALF, 50, plain)).toMatch(/50% {2}sending · 50 MB of 100 MB$/)
    expect(renderTransfer(HALF, 25, plain)).toMatch(/50% {2}sending$/)
    expect(renderTransfer(HALF, 6, plain)).toBe(' 50%')
  })
})
