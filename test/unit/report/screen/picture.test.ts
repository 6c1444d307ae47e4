import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ALT, drawPicture, SIZE } from '../../../../scripts/picture.mjs'
import type { MonitorView } from '../../../../src/verdict/monitor/view.ts'
import { ROOT } from '../../../helpers/child.ts'
import { recordedScreen } from '../../../helpers/recorded-screen.ts'

const recorded = JSON.parse(readFileSync(`${ROOT}fixtures/monitor/watch.json`, 'utf8')) as MonitorView
const picture = readFileSync(`${ROOT}docs/watch.svg`, 'utf8')

test('the picture of the README is that of the recorded view (npm run picture)', () => {
  expect(picture).toBe(drawPicture(recordedScreen(recorded, SIZE), ALT))
})

test('it is small, loads nothing and has a description, which the README repeats', () => {
  expect(picture.length).toBeLessThan(20_000)
  expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|<script|<image/)
  expect(picture).toContain(`<title>${ALT}</title>`)
  expect(readFileSync(`${ROOT}README.md`, 'utf8')).toContain(`![${ALT}](docs/watch.svg)`)
})

test('each row of the screen is in the picture', () => {
  const frame = recordedScreen(recorded, SIZE)
  // Words of the picture, in order; marks that are drawn as rectangles are not text.
  const words = Array.from(picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = '']) => text).join(' ')
  for (let row = 0; row < frame.height; row++)
    for (const word of frame
      .line(row)
      .replaceAll(/[▪▁-█]/g, ' ')
      .split(/\s+/))
      expect(words).toContain(word)
})
