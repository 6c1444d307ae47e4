import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { Result } from '../../verdict/result.ts'
import { SWEEP_OPTIONS, type SweepOptions } from './options.ts'
import { planSweep } from './plan.ts'
import { runSweep } from './run.ts'

export interface SweepRequest extends SweepOptions {
  /** Interrupts the sweep like the first Ctrl-C: it still resolves with the Result, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** The options of `sweep`. */
export const SWEEP_REQUEST = libraryOptions(SWEEP_OPTIONS, { family: 'family', signal: 'signal' })

/**
 * Tries sizes and resolves with the Result: the ledger of each size, the largest that comes through, the holes, and the likely cause of
 * each limit. Without `sizes` it finds the limits to the byte. Rejects with a UdptoolError as `send` does.
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
