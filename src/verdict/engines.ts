import type { z } from 'zod'
import type { enginesSchema } from '../schema/engines.ts'
import type { DeepReadonly } from './result.ts'

/** The document of `udptool engines`, version 1. Every field is described in `schema/engines.ts` and in docs/engines.md. */
export type EnginesDocument = DeepReadonly<z.infer<typeof enginesSchema>>
export type EngineEntry = EnginesDocument['engines'][number]
export type CapabilityEntry = EngineEntry['capabilities'][number]
