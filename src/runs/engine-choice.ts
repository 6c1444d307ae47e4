import { dgramEngine } from '../engine/dgram-engine.ts'
import { kernelEngine, kernelMissing } from '../engine/kernel-engine.ts'
import type { Engine } from '../engine/port.ts'
import { FallbackEngine } from './fallback-engine.ts'
import type { EngineChoice } from '../options/engine.ts'

export type { EngineChoice }

/** The engine of `auto`: the best that works here. */
export function bestEngine(): 'kernel' | 'dgram' {
  return kernelMissing() === undefined ? 'kernel' : 'dgram'
}

/** The engine for a choice. Throws if an engine chosen by name is missing. */
export function chooseEngine(choice: EngineChoice): Engine {
  if (choice !== 'auto') return choice === 'dgram' ? dgramEngine : kernelEngine()
  return bestEngine() === 'dgram' ? dgramEngine : new FallbackEngine(kernelEngine(), dgramEngine)
}
