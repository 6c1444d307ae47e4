import { describe, expect, test } from 'vitest'
import { UdptoolError } from '../../../src/base/error.ts'
import { chooseEngine, parseEngine } from '../../../src/jobs/engine-choice.ts'
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
  test.each(['auto', 'dgram'] as const)('%s', choice => {
    expect(chooseEngine(choice).name).toBe('dgram')
  })

  test('one that was asked for by name and is missing is an error, never another one in silence', () => {
    expect(() => chooseEngine('kernel')).toThrow(UdptoolError)
    expect(() => chooseEngine('kernel')).toThrow(expect.objectContaining({ code: 'engine' }))
  })
})
