import type { z } from 'zod'
import type { baselineSchema, diffSchema } from '../../schema/diff.ts'
import type { DeepReadonly } from '../result.ts'

/** The document of `udptool diff`, version 1. Every field is described in `schema/diff.ts` and in docs/diff.md. */
export type Diff = DeepReadonly<z.infer<typeof diffSchema>>
/** The block `baseline` of a Result. */
export type Baseline = DeepReadonly<z.infer<typeof baselineSchema>>
export type ComparedMetric = Diff['metrics'][number]
export type ComparedFigure = NonNullable<ComparedMetric['a']>
export type DiffRun = Diff['a']
export type Tolerance = Diff['tolerance']

/** A regression is a larger change than this: relative to the first run, or in percentage points of loss. */
export const TOLERANCE: Tolerance = { ratio: 0.2, loss: 0.01 }
