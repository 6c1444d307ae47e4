import { describe, expect, test } from 'vitest'
import { ENGINE_OPTION } from '../../../src/options/engine.ts'
import { refused } from '../../helpers/refused.ts'

describe('--engine', () => {
  test.each(['auto', 'kernel', 'dgram'] as const)('%s', text => {
    expect(ENGINE_OPTION.parse(text, '--engine')).toBe(text)
  })

  test.each([
    ['dgarm', /did you mean dgram/],
    ['memory', /auto, kernel or dgram/],
    ['', /auto, kernel or dgram/],
  ])('"%s" is none', (text, error) => {
    expect(refused(() => ENGINE_OPTION.parse(text, '--engine'))).toMatch(error)
  })
})
