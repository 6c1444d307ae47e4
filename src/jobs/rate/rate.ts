import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { Result } from '../../verdict/result.ts'
import { RATE_OPTIONS, type RateOptions } from './options.ts'
import { planRate } from './plan.ts'
import { runRate } from './run.ts'

export interface RateRequest extends RateOptions {
  /** Interrupts the search like the first Ctrl-C: it still resolves with the Result, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** The options of `rate`. */
export const RATE_REQUEST = libraryOptions(RATE_OPTIONS, { to: 'text', family: 'family', signal: 'signal' })

/**
 * Searches the highest rate at which loss stays at or below `maxLoss`, against any echo server, and resolves with the Result: that rate, and what
 * stops a higher one. It loads the path: off loopback it needs `toRate` or `yes`. Rejects with a UdptoolError as `send` does.
 *
 * ```ts
 * const result = await rate({ to: '192.0.2.7:9000', toRate: '50Mbit' })
 * console.log(result.rate?.bitsPerSecond, result.rate?.limit.kind)
 * ```
 */
export async function rate(request: RateRequest = {}): Promise<Result> {
  checkOptions(request, RATE_REQUEST, 'rate')
  const { signal, ...options } = request
  const { result } = await runRate(planRate(options), signal === undefined ? {} : { signal })
  return result
}
