import { expect, test } from 'vitest'
import { parseChoice } from '../../../src/base/choice.ts'
import { UdptoolError } from '../../../src/base/error.ts'

const ENGINES = ['auto', 'kernel', 'dgram'] as const

test('takes each word as it is', () => {
  for (const word of ENGINES) expect(parseChoice(word, '--engine', ENGINES)).toBe(word)
})

test.each([
  ['kernle', '--engine cannot be "kernle": it is auto, kernel or dgram', 'did you mean kernel?'],
  ['fast', '--engine cannot be "fast": it is auto, kernel or dgram', 'write --engine auto'],
  ['', '--engine cannot be "": it is auto, kernel or dgram', 'write --engine auto'],
])('lists the words and guesses what %j meant', (text, message, hint) => {
  try {
    parseChoice(text, '--engine', ENGINES)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(UdptoolError)
    expect(error).toMatchObject({ code: 'usage', message, hint })
  }
})
