import { parentPort } from 'node:worker_threads'
import { UdptoolError } from '../base/error.ts'
import type { Running } from './port.ts'
import type { FromWorker } from './worker-messages.ts'

/** Says something to whoever started this worker. */
export function post(message: FromWorker): void {
  parentPort?.postMessage(message)
}

/** Says why this worker could not begin. */
export function postFailure(cause: unknown): void {
  const error = cause instanceof UdptoolError ? cause : new UdptoolError('socket', String(cause), { cause })
  const { code, message, operation, address, hint } = error
  post({ kind: 'failed', error: { code, message, operation, address, hint } })
}

/**
 * The inside of a worker: starts its task, reports whether that succeeded, stops it on request, and resolves when it has
 * ended; with undefined if it could not begin.
 */
export async function runInWorkerThread<Run extends Running<unknown>>(
  start: () => Promise<Run>,
  onStart: (running: Run) => void,
): Promise<Run | undefined> {
  try {
    const running = await start()
    onStart(running)
    parentPort?.on('message', () => running.stop())
    post({ kind: 'bound', bound: running.bound })
    await running.done
    parentPort?.unref()
    return running
  } catch (cause) {
    postFailure(cause)
    parentPort?.unref()
    return undefined
  }
}
