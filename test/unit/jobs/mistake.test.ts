import { expect, test } from 'vitest'
import { unknownKey } from '../../../src/jobs/mistake.ts'

test('an unknown key: what it may mean, which keys there are, or that there are none', () => {
  expect(unknownKey('nme', [], ['name', 'type']).hint).toBe('did you mean name?')
  expect(unknownKey('x', [], ['name', 'type']).hint).toBe('the keys here are name, type')
  expect(unknownKey('uri', [], []).hint).toBe('there are none here: remove it')
})
