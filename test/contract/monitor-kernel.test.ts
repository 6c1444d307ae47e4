import { describe } from 'vitest'
import { builtKernelEngine } from './kernel-engine.ts'
import { monitorContract } from './monitor.ts'

const kernel = await builtKernelEngine()

describe.skipIf(kernel === undefined)('monitor on the kernel engine', () => {
  if (kernel !== undefined) monitorContract(kernel)
})
