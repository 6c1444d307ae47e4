import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderNarration } from '../../../../src/report/terminal/lesson-narration.ts'
import { CHINESE_ROWS, LESSON_ROWS } from '../lab-rows.ts'
import { goldenPath, HOSTILE, STEERING, withoutColour, withTexts } from '../result-files.ts'

const BOTH = [
  ['en', LESSON_ROWS],
  ['zh', CHINESE_ROWS],
] as const

describe.each(BOTH)('in %s', (language, rows) => {
  test.each([80, 50])('golden at %i', async width => {
    const text = renderNarration(rows, language, { width, color: false })
    await expect(text).toMatchFileSnapshot(goldenPath(`lessons-${language}.${width}`))
  })

  test('colour changes no text, and no line is too wide', () => {
    for (let width = 50; width <= 130; width++) {
      const plain = renderNarration(rows, language, { width, color: false })
      expect(withoutColour(renderNarration(rows, language, { width, color: true }))).toBe(plain)
      expect(plain.split('\n').filter(line => displayWidth(line) > width)).toEqual([])
    }
  })
})

test('no line of Chinese begins with a closing mark or ends with an opening one', () => {
  for (let width = 40; width <= 130; width++) {
    const lines = renderNarration(CHINESE_ROWS, 'zh', { width, color: false }).split('\n')
    expect(lines.filter(line => /^\s+[，。、；：！？）”]/u.test(line) || /[（“]$/u.test(line))).toEqual([])
  }
})

test('hostile texts are printable, and only a picture keeps its line breaks', () => {
  const rows = withTexts(LESSON_ROWS, (value, name) => (name === 'verdict' ? value : HOSTILE))
  const text = renderNarration(rows, 'en', { width: 120, color: false })
  expect(text).not.toMatch(STEERING)
  const narrow = renderNarration(rows, 'en', { width: 50, color: false })
  expect(narrow).not.toMatch(STEERING)
})
