import { describe, expect, test } from 'vitest'
import { kernelMissing } from '../../../src/engine/kernel/engine.ts'
import { chooseEngine, parseEngine } from '../../../src/runs/engine-choice.ts'
import { refused } from '../../helpers/refused.ts'

describe('parseEngine', () => {
  test.each(['auto', 'kernel', 'dgram'] as const)('%s', text => {
    expect(parseEngine(text)).toBe(text)
  })

  test.each([
    ['dgarm', /did you mean dgram/],
    ['memory', /auto, kernel or dgram/],
    ['', /auto, kernel or dgram/],
  ])('"%s" is none', (text, error) => {
    expect(refused(() => parseEngine(text))).toMatch(error)
  })
})

describe('chooseEngine', () => {
  test('dgram', () => {
    expect(chooseEngine('dgram').name).toBe('dgram')
  })

  test('auto takes the kernel engine where there is one', () => {
    expect(chooseEngine('auto').name).toBe(kernelMissing() === undefined ? 'kernel' : 'dgram')
  })
})
