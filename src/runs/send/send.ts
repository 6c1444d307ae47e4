import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { Address } from '../../base/address.ts'
import type { Result } from '../../verdict/result.ts'
import { eventQueue } from './event-queue.ts'
import { COMPARED_RUN } from '../../verdict/compare/run-figures.ts'
import { SEND_OPTIONS, type SendOptions } from './options.ts'
import { planSend } from './plan.ts'
import { runSend } from './run.ts'

export interface SendRequest extends SendOptions {
  /** Interrupts the run like the first Ctrl-C: it still resolves with the Result, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** Callbacks during a run. */
export type SendEvent =
  | { readonly type: 'started'; readonly target: Address; readonly engine: 'kernel' | 'dgram' }
  | { readonly type: 'progress'; readonly scheduled: number; readonly replies: number; readonly duplicates: number }
  | { readonly type: 'result'; readonly result: Result }

/** A run in progress. */
export interface SendControl extends AsyncIterable<SendEvent> {
  readonly result: Promise<Result>
  /** Stops scheduling. The Result comes when outstanding probes have had their timeout. */
  stop(): void
}

/** The options of `send` and `startSend`. */
export const SEND_REQUEST = libraryOptions(SEND_OPTIONS, {
  family: 'family',
  baseline: COMPARED_RUN,
  signal: 'signal',
})

/**
 * Sends probes and resolves with the Result: the ledger, every metric, the verdict. Lost datagrams are never an error. Rejects with a
 * UdptoolError if the run cannot start (`usage`, `resolve`, `engine`, `addressUnavailable`, …).
 */
export async function send(request: SendRequest = {}): Promise<Result> {
  return startSend(request).result
}

/** Like `send`, with an event stream: `for await (const event of startSend(…))`. */
export function startSend(request: SendRequest = {}): SendControl {
  const abort = new AbortController()
  // Not AbortSignal.any: on Node 20 a signal of AbortSignal.timeout may be garbage-collected if only the combined signal refers to it.
  const stop = (): void => abort.abort()
  const events = eventQueue<SendEvent>()
  const run = async (): Promise<Result> => {
    checkOptions(request, SEND_REQUEST, 'send')
    const { signal, ...options } = request
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop)
    try {
      return await runWith(options)
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }
  const runWith = async (options: SendOptions): Promise<Result> => {
    const { result } = await runSend(planSend(options), {
      signal: abort.signal,
      onStart: ({ target, engine }) => events.push({ type: 'started', target, engine }),
      onProgress: ({ clients }) => {
        const sum = { scheduled: 0, replies: 0, duplicates: 0 }
        for (const client of clients) {
          sum.scheduled += client.scheduled
          sum.replies += client.replies
          sum.duplicates += client.duplicates
        }
        events.push({ type: 'progress', ...sum })
      },
    })
    events.push({ type: 'result', result })
    return result
  }
  const result = run().finally(() => events.end())
  // Prevent an unhandled rejection if only the events are consumed. The error is on the other promise.
  result.catch(() => {})
  return { result, stop, [Symbol.asyncIterator]: () => events.iterate(result) }
}
