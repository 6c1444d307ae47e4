import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { Result } from '../../verdict/result.ts'
import { SWEEP_OPTIONS, type SweepOptions } from './options.ts'
import { planSweep } from './plan.ts'
import { runSweep } from './run.ts'

export interface SweepRequest extends SweepOptions {
  /** Aborting ends the sweep as a first Ctrl-C does: the Result still comes, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** What `sweep` takes. */
export const SWEEP_REQUEST = libraryOptions(SWEEP_OPTIONS, { family: 'family', signal: 'signal' })

/**
 * Tries sizes and resolves with the Result: the ledger of each size, the largest that comes through, the holes, and what is likely behind
 * every cliff. Without `sizes` it looks for the edges itself, to the byte. Rejects with a UdptoolError as `send` does.
 *
 * ```ts
 * const result = await sweep({ to: '192.0.2.7:9000', sizes: '1390..1480' })
 * console.log(result.sweep?.maxIntactSize, result.sweep?.holes)
 * ```
 */
export async function sweep(request: SweepRequest = {}): Promise<Result> {
  checkOptions(request, SWEEP_REQUEST, 'sweep')
  const { signal, ...options } = request
  const { result } = await runSweep(planSweep(options), signal === undefined ? {} : { signal })
  return result
}
