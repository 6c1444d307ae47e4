import { parentPort, workerData } from 'node:worker_threads'
import { UdptoolError } from '../base/error.ts'
import { dgramEngine } from './dgram/engine.ts'
import type { FromWorker, WorkerTask } from './worker-protocol.ts'

/** How often the counters are told, ms. */
const TELL_MS = 250

const task = workerData as WorkerTask
const port = parentPort

function tell(message: FromWorker): void {
  port?.postMessage(message)
}

try {
  const running = await dgramEngine.respond(task.plan, task.sockets)
  tell({ kind: 'bound', bound: running.bound })
  const timer = setInterval(() => tell({ kind: 'facts', facts: running.facts }), TELL_MS)
  port?.on('message', () => running.stop())
  await running.done
  clearInterval(timer)
  tell({ kind: 'facts', facts: running.facts })
} catch (cause) {
  const error = cause instanceof UdptoolError ? cause : new UdptoolError('socket', String(cause), { cause })
  const { code, message, operation, address, hint } = error
  tell({ kind: 'failed', error: { code, message, operation, address, hint } })
}
port?.close()
