import { describe } from 'vitest'
import type { dgramEngine } from '../../src/engine/dgram-engine.ts'
import { monitorContract } from './monitor.ts'

// As built: its thread runs a compiled script.
const path = new URL('../../dist/engine/dgram-engine.js', import.meta.url).href
const built = (await import(path)) as { readonly dgramEngine: typeof dgramEngine }

describe('monitor on the dgram engine', () => {
  monitorContract(built.dgramEngine)
})
