import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Frame } from '../../../../src/report/screen/frame.ts'
import { frameDifference } from '../../../../src/report/screen/frame-difference.ts'
import { STYLES, type Style } from '../../../../src/report/screen/style.ts'
import { ScreenModel } from '../../../helpers/screen-model.ts'

function frameOf(...lines: readonly string[]): Frame {
  const frame = new Frame(12, 3)
  for (const [row, line] of lines.entries()) frame.write(row, 0, line)
  return frame
}

test('nothing is written if nothing differs', () => {
  expect(frameDifference(frameOf('one', '東京'), frameOf('one', '東京'), true)).toBe('')
})

test('only cells that differ are written', () => {
  expect(frameDifference(frameOf('loss 1%', 'abc'), frameOf('loss 2%', 'abc'), true)).toBe('\u001B[1;6H2')
  expect(frameDifference(frameOf('12:00:09'), frameOf('12:01:00'), true)).toBe('\u001B[1;5H1\u001B[2C0')
})

test('the style changes only between cells that differ in it, and ends as the default one', () => {
  const frame = new Frame(12, 3)
  frame.write(1, 0, 'ab', 'red')
  frame.write(1, 2, 'cd', 'bold')
  frame.write(1, 4, 'e')
  expect(frameDifference(frameOf(), frame, true)).toBe('\u001B[2;1H\u001B[31mab\u001B[0;1mcd\u001B[me')
  expect(frameDifference(frameOf(), frame, false)).toBe('\u001B[2;1Habcde')
})

test('the screen is cleared at the beginning and after a change of size', () => {
  const clear = '\u001B[m\u001B[2J'
  expect(frameDifference(undefined, frameOf('a'), true)).toBe(`${clear}\u001B[1;1Ha`)
  expect(frameDifference(new Frame(13, 3), frameOf('a'), true)).toBe(`${clear}\u001B[1;1Ha`)
})

/** Characters whose width terminals disagree on, or that join their neighbours, among ordinary ones. */
const CHARACTERS = [
  ...'ab1 %·▪×→←▄█–µ',
  '東',
  '한',
  'ｱ',
  'e\u0301',
  '\u0301',
  '\u0E33',
  '\u1160',
  '\u{1F1E9}',
  '\u{1F600}',
  '\u{1F3FB}',
  '\u{1FAE0}',
  '\u2764\uFE0F',
  '\u200D',
  '\u{20000}',
]
const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 12 }).map(parts => parts.join(''))
const style = fc.constantFrom(...(Object.keys(STYLES) as Style[]))
const writes = fc.array(fc.tuple(fc.nat(3), fc.nat(11), text, style), { maxLength: 8 })

describe('the screen of a terminal that gets only differences', () => {
  test('is that of a terminal that gets the last frame', async () => {
    const sizes = fc.tuple(fc.integer({ min: 4, max: 14 }), fc.integer({ min: 1, max: 4 }))
    const sequence = fc.array(fc.tuple(fc.option(sizes, { freq: 6 }), writes, fc.boolean()), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(sequence, fc.boolean(), async (steps, color) => {
        const live = new ScreenModel(12, 4)
        await live.write('\u001B[?1049h\u001B[?7l')
        let [width, height] = [12, 4]
        let shown: Frame | undefined
        for (const [size, parts, isNew] of steps) {
          if (size !== null) {
            ;[width, height] = size
            live.resize(width, height)
          }
          const frame = new Frame(width, height)
          // A frame often resembles the one before.
          if (!isNew && shown !== undefined) copy(shown, frame)
          for (const [row, column, words, name] of parts) frame.write(row, column, words, name)
          await live.write(frameDifference(shown, frame, color))
          shown = frame
        }
        if (shown === undefined) return
        const whole = new ScreenModel(width, height)
        await whole.write(`\u001B[?1049h\u001B[?7l${frameDifference(undefined, shown, color)}`)
        expect(live.cells()).toEqual(whole.cells())
      }),
      { numRuns: 200 },
    )
  })

  test('has the characters and styles of the frame in their columns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(3), fc.nat(11), fc.constantFrom('abc', '12%', '東京', '▪▪×', 'e\u0301'), style)),
        async parts => {
          const frame = new Frame(12, 4)
          for (const [row, column, words, name] of parts) frame.write(row, column, words, name)
          const model = new ScreenModel(12, 4)
          await model.write(`\u001B[?7l${frameDifference(undefined, frame, true)}`)
          for (const [row, cells] of model.cells().entries())
            for (const [column, cell] of cells.entries()) expect(cell.text).toBe(frame.cell(row, column).text)
        },
      ),
    )
  })
})

function copy(from: Frame, to: Frame): void {
  for (let row = 0; row < Math.min(from.height, to.height); row++)
    for (let column = 0; column < Math.min(from.width, to.width); column++) {
      const { text: words, style: name } = from.cell(row, column)
      if (words !== '') to.write(row, column, words, name)
    }
}
