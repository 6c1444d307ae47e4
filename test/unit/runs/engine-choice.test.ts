import { describe, expect, test } from 'vitest'
import { kernelMissing } from '../../../src/engine/kernel-engine.ts'
import { chooseEngine } from '../../../src/runs/engine-choice.ts'

describe('chooseEngine', () => {
  test('dgram', () => {
    expect(chooseEngine('dgram').name).toBe('dgram')
  })

  test('auto takes the kernel engine if there is one', () => {
    expect(chooseEngine('auto').name).toBe(kernelMissing() === undefined ? 'kernel' : 'dgram')
  })
})
