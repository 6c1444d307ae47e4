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
  /** Aborting ends the run as a first Ctrl-C does: the Result still comes, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** Callbacks during a run. */
export type SendEvent =
  | { readonly type: 'started'; readonly target: Address; readonly engine: 'kernel' | 'dgram' }
  | { readonly type: 'progress'; readonly scheduled: number; readonly replies: number; readonly duplicates: number }
  | { readonly type: 'result'; readonly result: Result }

/** A run under way. */
export interface SendControl extends AsyncIterable<SendEvent> {
  readonly result: Promise<Result>
  /** Schedules no more; the Result comes once what is outstanding had its timeout. */
  stop(): void
}

/** What `send` and `startSend` take. */
export const SEND_REQUEST = libraryOptions(SEND_OPTIONS, {
  family: 'family',
  baseline: COMPARED_RUN,
  signal: 'signal',
})

/**
 * Sends probes and resolves with the Result: the ledger, every metric, the verdict. What happens to datagrams is never an error;
 * rejects with a UdptoolError if the run cannot begin (`usage`, `resolve`, `engine`, `addressUnavailable`, …).
 */
export async function send(request: SendRequest = {}): Promise<Result> {
  return startSend(request).result
}

/** Like `send`, with an event stream: `for await (const event of startSend(…))`. */
export function startSend(request: SendRequest = {}): SendControl {
  const abort = new AbortController()
  // Not by AbortSignal.any: on Node 20 the garbage collector may take a signal of AbortSignal.timeout that is only a part of it.
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
  // A consumer of events alone must not crash by an unhandled rejection; the error is on the other promise.
  result.catch(() => {})
  return { result, stop, [Symbol.asyncIterator]: () => events.iterate(result) }
}
