import { describe } from 'vitest'
import { activityContract } from './activity.ts'
import { engineContract } from './engine.ts'
import { builtKernelEngine } from './kernel-engine.ts'

const kernel = await builtKernelEngine()

describe.skipIf(kernel === undefined)('built package:', () => {
  if (kernel === undefined) return
  engineContract('kernel', () => kernel)
  activityContract('kernel', () => kernel, [1, 3])
})
