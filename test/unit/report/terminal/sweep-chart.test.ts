import { describe, expect, test } from 'vitest'
import { createPage } from '../../../../src/report/terminal/page.ts'
import { sweepChart } from '../../../../src/report/terminal/sweep-chart.ts'
import { searchLines } from '../../../../src/report/terminal/search-lines.ts'
import { sweepFindings } from '../../../../src/verdict/search/sweep-findings.ts'
import { withFindings } from '../../../../src/verdict/search/with-findings.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { answered, crafted, silent, withTotals, type CraftedRow } from '../../ledger/crafted.ts'
import { resultOf } from '../../verdict/context.ts'

const CONTROL = 128
const FIRST = 1400

/** A sweep of `count` sizes from 1400 on, with a control before each. */
function swept(
  count: number,
  row: (size: number, cycle: number) => CraftedRow,
  cycles = 1,
  control = answered(),
): Result {
  const sizes = Array.from({ length: count }, (_, n) => [CONTROL, FIRST + n]).flat()
  const rows = Array.from({ length: cycles }, (_, cycle) =>
    sizes.map(size => (size === CONTROL ? control : row(size, cycle))),
  ).flat()
  const result = resultOf(crafted(rows, { plan: { sizes }, clients: [withTotals({ distinct: rows.length })] }))
  const sweep = sweepFindings(result, CONTROL, 1)
  return withFindings(result, { sweep, sizes: result.sizes.filter(({ size }) => size !== CONTROL) })
}

const page = (result: Result) => createPage(result, { width: 80, color: false })
const lost = silent('notReceived')
const hole = (size: number): CraftedRow => (size >= 1410 && size <= 1412 ? lost : answered())

describe('the chart of a sweep', () => {
  test('few sizes have a line each', () => {
    expect(sweepChart(page(swept(24, hole)))).toHaveLength(24 + 1)
  })

  test('of many sizes, adjacent ones with equal results share a line, with their sums', () => {
    const [head, ...lines] = sweepChart(page(swept(60, hole)))
    expect(head).not.toContain('p50')
    expect(lines.map(line => line.trim().replaceAll(/ +/g, ' '))).toEqual([
      '1400–1409 B 10 of 10 ████████████',
      '1410–1412 B 0 of 3 3 lostForward',
      '1413–1459 B 47 of 47 ████████████',
    ])
  })

  test('if some of each were lost, groups are split, so that a slope is visible', () => {
    // Every odd size loses its first probe, and none its second.
    const result = swept(60, (size, cycle) => (size % 2 === 1 && cycle === 0 ? lost : answered()), 2)
    const lines = sweepChart(page(result)).slice(1)
    expect(lines).toHaveLength(6)
    for (const line of lines) expect(line).toMatch(/15 {2}of 20 .*5 lostForward/)
  })
})

describe('the words of a sweep', () => {
  test('a hole, with its chance', () => {
    const [first] = searchLines(page(swept(60, hole)))
    expect(first).toContain('1410–1412 B: a hole, all 3 probes lost (0 of 60 controls')
  })

  test('loss that may be random is noted, not taken as a limit', () => {
    const lines = searchLines(page(swept(60, size => (size === 1430 ? lost : answered()))))
    expect(lines.join('\n')).toMatch(/\? 1430 B: all lost, but this may be ordinary loss/)
    expect(lines.join('\n')).not.toContain('a hole')
  })

  test('if nothing came back, sizes are not mentioned', () => {
    const lines = searchLines(page(swept(4, () => lost, 1, lost)))
    expect(lines[0]).toBe('  ✗ no control probe came back either')
    expect(lines).toHaveLength(2)
  })
})
