import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderLab, renderLessonList } from '../../../../src/report/terminal/lab-table.ts'
import { CHINESE_ROWS, LESSON_ROWS } from '../lab-rows.ts'
import { goldenPath, HOSTILE, STEERING, withoutColour, withTexts } from '../result-files.ts'

const BOTH = [
  ['en', LESSON_ROWS],
  ['zh', CHINESE_ROWS],
] as const

describe.each(BOTH)('in %s', (language, rows) => {
  test.each([80, 50])('golden at %i', async width => {
    const view = { width, color: false }
    const text = `${renderLessonList(rows, language, view)}\n${renderLab(rows, language, view)}`
    await expect(text).toMatchFileSnapshot(goldenPath(`lab-${language}.${width}`))
  })

  test('colour changes no text, and no line is too wide', () => {
    for (let width = 40; width <= 130; width++) {
      for (const render of [renderLab, renderLessonList]) {
        const plain = render(rows, language, { width, color: false, verbose: true })
        expect(withoutColour(render(rows, language, { width, color: true, verbose: true }))).toBe(plain)
        expect(plain.split('\n').filter(line => displayWidth(line) > width)).toEqual([])
      }
    }
  })
})

describe('the last line', () => {
  const last = (rows: typeof LESSON_ROWS): string | undefined =>
    renderLab(rows, 'en', { width: 80, color: false }).trimEnd().split('\n').at(-1)
  const of = (verdict: string): typeof LESSON_ROWS => LESSON_ROWS.filter(row => row.verdict === verdict)

  test.each([
    [of('pass'), '✓ pass · 1 of 1 lesson passed'],
    [of('skipped'), '– skipped · 0 of 1 lesson passed · 1 skipped'],
    [LESSON_ROWS, '✗ fail · 1 of 3 lessons passed · 1 failed · 1 skipped'],
  ])('%#', (rows, line) => {
    expect(last(rows)).toBe(line)
  })
})

test('an interrupted course has no tick', () => {
  const rows = LESSON_ROWS.filter(({ verdict }) => verdict !== 'fail')
  const lines = (given: typeof LESSON_ROWS): string[] =>
    renderLab(given, 'en', { width: 100, color: false }, 9).trimEnd().split('\n')
  expect(lines(rows).at(-1)).toBe('! interrupted · 1 of 11 lessons passed · 1 skipped · 9 not finished')
  expect(lines(LESSON_ROWS).at(-1)).toBe(
    '✗ fail · interrupted · 1 of 12 lessons passed · 1 failed · 1 skipped · 9 not finished',
  )
})

test('quiet: what failed, and the last line', () => {
  const text = renderLab(LESSON_ROWS, 'en', { width: 80, color: false, quiet: true })
  expect(text).toMatch(/^ {2}✗ {2}truncation · A read/)
  expect(text).not.toContain('fragments')
})

test('hostile texts are printable', () => {
  const rows = withTexts(LESSON_ROWS, (value, name) => (name === 'verdict' ? value : HOSTILE))
  for (const width of [50, 120]) expect(renderLab(rows, 'en', { width, color: false })).not.toMatch(STEERING)
})
