import { expect, test } from 'vitest'
import { parseTolerance } from '../../../src/options/tolerance.ts'
import { refused } from '../../helpers/refused.ts'

test('the default is a fifth, and one percentage point of loss', () => {
  expect(parseTolerance({})).toEqual({ ratio: 0.2, loss: 0.01 })
  expect(parseTolerance({ tolerance: '50%', lossTolerance: '0.02' })).toEqual({ ratio: 0.5, loss: 0.02 })
  expect(parseTolerance({ tolerance: '0%' })).toEqual({ ratio: 0, loss: 0.01 })
})

test('each is a ratio', () => {
  expect(refused(() => parseTolerance({ tolerance: '20' }))).toMatch(/^--tolerance cannot be "20"/)
  expect(refused(() => parseTolerance({ lossTolerance: '2ms' }))).toMatch(/^--loss-tolerance cannot be "2ms"/)
})
