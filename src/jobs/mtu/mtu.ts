import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { Result } from '../../verdict/result.ts'
import { MTU_OPTIONS, type MtuOptions } from './options.ts'
import { planMtu } from './plan.ts'
import { runMtu } from './run.ts'

export interface MtuRequest extends MtuOptions {
  /** Interrupts the search like the first Ctrl-C: it still resolves with the Result, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** The options of `mtu`. */
export const MTU_REQUEST = libraryOptions(MTU_OPTIONS, { to: 'text', family: 'family', signal: 'signal' })

/**
 * Searches the path MTU (RFC 8899) against any echo server and resolves with the Result: the largest packet that the path carries, whether
 * larger ones vanish without an error, and which direction limits it, if that can be proved. Rejects with a UdptoolError as `send` does.
 *
 * ```ts
 * const result = await mtu({ to: '192.0.2.7:9000' })
 * console.log(result.mtu?.path, result.mtu?.payload, result.mtu?.blackHole)
 * ```
 */
export async function mtu(request: MtuRequest = {}): Promise<Result> {
  checkOptions(request, MTU_REQUEST, 'mtu')
  const { signal, ...options } = request
  const { result } = await runMtu(planMtu(options), signal === undefined ? {} : { signal })
  return result
}
