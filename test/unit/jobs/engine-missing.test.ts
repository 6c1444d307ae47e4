import { expect, test, vi } from 'vitest'
import { chooseEngine } from '../../../src/runs/engine-choice.ts'

vi.mock(import('../../../src/engine/kernel/trial/checked-libc.ts'), () => ({
  checkedLibc: () => ({ missing: 'the optional package koffi cannot be loaded' }),
}))

test('without a kernel engine auto takes the other', () => {
  expect(chooseEngine('auto').name).toBe('dgram')
})

test('one that was asked for by name and is missing is an error that says why, never another one in silence', () => {
  expect(() => chooseEngine('kernel')).toThrow(
    expect.objectContaining({ name: 'UdptoolError', code: 'engine', message: expect.stringContaining('koffi') }),
  )
})
