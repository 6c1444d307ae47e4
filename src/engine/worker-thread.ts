import { parentPort } from 'node:worker_threads'
import { UdptoolError } from '../base/error.ts'
import type { Running } from './port.ts'
import type { FromWorker } from './worker-messages.ts'

/** Posts a message to the thread that started this worker. */
export function post(message: FromWorker): void {
  parentPort?.postMessage(message)
}

/** Posts why this worker could not start, or ended early. */
export function postFailure(cause: unknown): void {
  const error = cause instanceof UdptoolError ? cause : new UdptoolError('socket', String(cause), { cause })
  const { code, message, operation, address, hint } = error
  post({ kind: 'failed', error: { code, message, operation, address, hint } })
}

/**
 * Runs an engine's server or relay in this worker until it ends or the parent stops it. `onStart` returns the function to call at the end,
 * which is also called if the sockets failed.
 */
export async function runInWorkerThread<Run extends Running<unknown>>(
  start: () => Promise<Run>,
  onStart: (running: Run) => () => void,
): Promise<void> {
  let onEnd: (() => void) | undefined
  try {
    const running = await start()
    onEnd = onStart(running)
    parentPort?.on('message', () => running.stop())
    post({ kind: 'bound', bound: running.bound })
    await running.done
  } catch (cause) {
    postFailure(cause)
  }
  onEnd?.()
  parentPort?.unref()
}
