import { expect, test, vi } from 'vitest'
import { chooseEngine } from '../../../src/runs/engine-choice.ts'

vi.mock(import('../../../src/engine/kernel/trial/checked-libc.ts'), () => ({
  checkedLibc: () => ({ missing: 'the optional package koffi cannot be loaded' }),
}))

test('without a kernel engine auto takes the other engine', () => {
  expect(chooseEngine('auto').name).toBe('dgram')
})

test('a missing engine that was chosen by name is an error with the reason, and no other engine is used', () => {
  expect(() => chooseEngine('kernel')).toThrow(
    expect.objectContaining({ name: 'UdptoolError', code: 'engine', message: expect.stringContaining('koffi') }),
  )
})
