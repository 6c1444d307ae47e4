import { expect, test } from 'vitest'
import { renderCheck } from '../../../../src/report/terminal/check-table.ts'
import type { SuiteCheck } from '../../../../src/verdict/suite/suite.ts'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { goldenPath, HOSTILE, STEERING, withoutColour } from '../result-files.ts'

const PLAIN = { level: 'error', tags: [], attempts: 1 } as const

const ROWS: readonly SuiteCheck[] = [
  {
    ...PLAIN,
    id: 'echo4',
    name: 'echo over IPv4',
    expected: '10 of 10 whole',
    observed: '10 of 10 whole',
    verdict: 'pass',
  },
  {
    ...PLAIN,
    id: 'echo6',
    name: 'echo over IPv6',
    expected: '10 of 10 whole',
    observed: '',
    verdict: 'skipped',
    reason: 'this host has no IPv6 loopback',
  },
  {
    ...PLAIN,
    id: 'upper',
    name: 'uppercase is exact on all 256 byte values',
    expected: 'a to z become A to Z, 230 stay',
    observed: '256 of 256 right',
    verdict: 'pass',
  },
  { ...PLAIN, id: 'size4000', name: 'size 4000', expected: 'whole', observed: 'whole, 61.2 µs', verdict: 'pass' },
  {
    ...PLAIN,
    id: 'cut',
    name: 'truncation at the read size',
    expected: '10 cut at 1024 bytes (request)',
    observed: '10 intact',
    verdict: 'fail',
    reason: 'the server read more than --recv-size: this engine cannot cut',
  },
]

test.each([80, 50])('golden at %i', async width => {
  await expect(renderCheck(ROWS, { width, color: false })).toMatchFileSnapshot(goldenPath(`check.${width}`))
})

test('colour changes no text, and no line is too wide', () => {
  for (let width = 40; width <= 130; width++) {
    const plain = renderCheck(ROWS, { width, color: false })
    expect(withoutColour(renderCheck(ROWS, { width, color: true }))).toBe(plain)
    expect(plain.split('\n').filter(line => displayWidth(line) > width)).toEqual([])
  }
})

test('everything passed; nothing to check; quiet', () => {
  const passed = ROWS.filter(({ verdict }) => verdict === 'pass')
  const quiet = { width: 80, color: false, quiet: true }
  expect(renderCheck(passed, quiet)).toBe('✓ pass · 3 of 3 checks passed\n')
  expect(renderCheck([], { width: 80, color: false })).toContain('0 of 0 checks passed')
  expect(renderCheck(ROWS, quiet)).toMatch(/^ {2}✗ {2}truncation at the read size \(cut\)\n/u)
})

test('hostile rows are printable', () => {
  const rows = ROWS.map(row => ({ ...row, name: HOSTILE, observed: HOSTILE, expected: HOSTILE, reason: HOSTILE }))
  for (const width of [50, 80]) expect(renderCheck(rows, { width, color: false })).not.toMatch(STEERING)
})

test('an interrupted suite shows it, first of all if nothing failed', () => {
  const quiet = { width: 80, color: false, quiet: true }
  const cut = { ...PLAIN, id: 'late', name: 'late', expected: '', observed: 'not run', reason: 'interrupted' }
  const rows = [...ROWS.filter(({ verdict }) => verdict === 'pass'), { ...cut, verdict: 'skipped' } as const]
  expect(renderCheck(rows, quiet, true)).toBe('! interrupted · 3 of 4 checks passed · 1 skipped\n')
  expect(renderCheck(ROWS, quiet, true)).toContain('✗ fail · interrupted · 3 of 5 checks passed')
})
