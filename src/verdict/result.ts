import type { z } from 'zod'
import type { resultSchema } from '../schema/result.ts'

export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

/** The Result document, version 1. Every field is described in `schema/result.ts` and in docs/result.md. */
export type Result = DeepReadonly<z.infer<typeof resultSchema>>
export type ResultLedger = Result['ledger']
export type ResultLoss = Result['loss']
export type ResultDelay = NonNullable<Result['rtt']>
export type ResultWarning = Result['warnings'][number]
export type ResultExpectation = Result['expectations'][number]
export type ResultSize = Result['sizes'][number]
export type ResultSweep = NonNullable<Result['sweep']>
export type ResultCliff = ResultSweep['cliffs'][number]
export type ResultMtu = NonNullable<Result['mtu']>
export type ResultRate = NonNullable<Result['rate']>
export type ResultTrial = ResultRate['trials'][number]
export type ResultMessage = NonNullable<Result['messages']>[number]
