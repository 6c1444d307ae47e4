import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import { runSend } from '../../runs/send/run.ts'
import { COMPARED_RUN } from '../../verdict/compare/run-figures.ts'
import type { Result } from '../../verdict/result.ts'
import { STAMP_SEND_OPTIONS, type StampSendOptions } from './options.ts'
import { planStampSend } from './plan.ts'

export interface SendStampRequest extends StampSendOptions {
  /** Interrupts the run like the first Ctrl-C: it still resolves with the Result, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** The options of `sendStamp`. */
export const SEND_STAMP_REQUEST = libraryOptions(STAMP_SEND_OPTIONS, {
  family: 'family',
  baseline: COMPARED_RUN,
  signal: 'signal',
})

/**
 * Sends test packets of STAMP (RFC 8762, RFC 8972) or TWAMP-Light to a reflector and resolves with the Result: its `protocol` is `stamp`, and
 * its `command` `stamp send`. Lost packets are never an error. The key of the authenticated mode is read from `keyFile` only, never from the
 * environment, and is in no Result. Rejects with a UdptoolError if the run cannot start, as `send` does.
 *
 * ```ts
 * const result = await sendStamp({ to: '192.0.2.7', count: 100, interval: '20ms', tlv: ['direct'] })
 * console.log(result.ledger.fates, result.evidence.reflector, result.loss.forward, result.loss.return)
 * ```
 */
export async function sendStamp(request: SendStampRequest = {}): Promise<Result> {
  checkOptions(request, SEND_STAMP_REQUEST, 'sendStamp')
  const { signal, ...options } = request
  const { result } = await runSend(planStampSend(options, {}), signal === undefined ? {} : { signal })
  return result
}
