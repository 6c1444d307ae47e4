import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from '../../../src/base/suggestion.ts'

const KNOWN = ['loss', 'loss.forward', 'intact', 'truncated', 'duplicates', 'reordered', 'mtu', 'rtt.p99', 'rtt.p50']

test.each([
  ['los', 'loss'],
  ['lsos', 'loss'],
  ['LOSS', 'loss'],
  ['intakt', 'intact'],
  ['truncatd', 'truncated'],
  ['rtt.p98', 'rtt.p99'],
  ['loss.fordward', 'loss.forward'],
  ['dup', 'duplicates'],
  ['reorder', 'reordered'],
  ['rtt', undefined],
  ['xy', undefined],
  ['', undefined],
  ['something else', undefined],
])('%j means %s', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant)
})

test('a known word means itself, and any answer is a candidate', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string({ minLength: 1 })), (word, candidates) => {
      const meant = nearest(word, candidates)
      expect(meant === undefined || candidates.includes(meant)).toBe(true)
      if (word !== '') expect(nearest(word, [...candidates, word])?.toLowerCase()).toBe(word.toLowerCase())
    }),
  )
})
