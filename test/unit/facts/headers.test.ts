import { expect, test } from 'vitest'
import { countHeaders, createHeaderFacts } from '../../../src/facts/headers.ts'

test('counts each TOS byte, and keeps the largest fragment', () => {
  const { up, down } = createHeaderFacts()
  countHeaders(up, 184, -1)
  countHeaders(up, 184, 1396)
  countHeaders(up, 0, 1500)
  countHeaders(up, 0, 100)
  expect(up).toEqual({ tos: { 184: 2, 0: 2 }, fragment: 1500 })
  expect(down).toEqual({ tos: {} })
})

test('unobserved fields leave no trace', () => {
  const { up } = createHeaderFacts()
  countHeaders(up, -1, -1)
  expect(up).toEqual({ tos: {} })
})
