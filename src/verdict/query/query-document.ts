import type { z } from 'zod'
import type { querySchema } from '../../schema/query.ts'
import type { DeepReadonly } from '../result.ts'

/** The document of `udptool query`, version 1. Every field is described in `schema/query.ts` and in docs/query.md. */
export type QueryDocument = DeepReadonly<z.infer<typeof querySchema>>
export type QueryRow = QueryDocument['requests'][number]
export type QueryWarning = QueryDocument['warnings'][number]
export type CheckedExpectation = QueryDocument['expectations'][number]
