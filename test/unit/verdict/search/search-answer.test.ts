import { expect, test } from 'vitest'
import type { ResultMtu } from '../../../../src/verdict/result.ts'
import { searchAnswer } from '../../../../src/verdict/search/search-answer.ts'
import { savedResult } from '../../report/result-files.ts'

const MTU: ResultMtu = { method: 'dplpmtud', state: 'complete', hints: [], rounds: 1, restarts: 0 }

test.each([
  [{ path: 1400, payload: 1372 }, 'path MTU 1400: up to 1372 bytes in one packet'],
  [{}, 'no path MTU: nothing answered'],
  [{ payload: 1372, method: 'fragments' }, 'no path MTU: up to 1372 bytes came back whole, possibly in fragments'],
  [{ payload: 1172, state: 'interrupted' }, 'no path MTU: up to 1172 bytes came back in one packet'],
] as const)('%j', (found, text) => {
  expect(searchAnswer({ mtu: { ...MTU, ...found } })).toBe(text)
})

test('a sweep names the largest size, and its holes', () => {
  expect(searchAnswer(savedResult('sweep'))).toBe('up to 1480 bytes came back whole, except 1 hole')
})

test('with the target in the sentence', () => {
  expect(searchAnswer({ mtu: { ...MTU, path: 1400, payload: 1372 } }, ' to a:9000')).toBe(
    'path MTU 1400 to a:9000: up to 1372 bytes in one packet',
  )
})

test('any other run has no answer', () => {
  expect(searchAnswer(savedResult('clean'))).toBeUndefined()
})
