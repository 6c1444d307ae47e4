import { parseChoice } from '../base/choice.ts'
import { UdptoolError } from '../base/error.ts'
import { dgramEngine } from '../engine/dgram/engine.ts'
import type { Engine } from '../engine/port.ts'

const CHOICES = ['auto', 'kernel', 'dgram'] as const
export type EngineChoice = (typeof CHOICES)[number]

/** Reads `--engine`. */
export function parseEngine(text: string): EngineChoice {
  return parseChoice(text, '--engine', CHOICES)
}

/** The engine for a choice. `auto` takes the best that works here; one that was asked for by name and is missing is an error. */
export function chooseEngine(choice: EngineChoice): Engine {
  if (choice !== 'kernel') return dgramEngine
  throw new UdptoolError('engine', 'the kernel engine is not part of this version of udptool', {
    operation: '--engine kernel',
    hint: 'leave --engine out: auto takes the best engine of this machine (dgram)',
  })
}
